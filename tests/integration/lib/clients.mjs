// The official clients, 4.8 (Engine.IO 4) and 2.5 (Engine.IO 3), behind one set of helpers with promises.
//
//   const ada = await connect(server, { transport: 'polling' });
//   const messages = collect(ada, 'message');
//   await ask(ada, 'join', { name: 'ada', room: 'tea' });
//   await ask(ada, 'sendMessage', 'hello');
//   await messages.next((message) => message.text === 'hello');
//
// Every client is closed when the test file has ended.
import { after } from 'node:test';
import { io as io4 } from 'socket.io-client';
import io2 from 'socket.io-client-2';
import { patienceMs, within } from './wait.mjs';

/** What a client may be told to use: `upgrade` starts on polling and moves to WebSocket. */
export const transports = { polling: ['polling'], websocket: ['websocket'], upgrade: ['polling', 'websocket'] };

/** Every combination of client version and transport, to run one test over all of them. */
export const everyClient = [4, 2].flatMap((version) => Object.keys(transports).map((transport) => ({ version, transport })));

const open = new Set();
after(() => closeAll());

/** Closes every client that this file has opened. */
export function closeAll() {
  for (const socket of open) socket.close();
  open.clear();
}

/**
 * A client that has not necessarily connected yet. `server` is a ChillinServer or an address.
 * version: 4 or 2. token: a session token, given where that version gives it. namespace: '/' by default.
 * reconnection is off unless asked for; all other options go to the client as they are.
 */
export function openClient(server, { version = 4, transport = 'websocket', namespace = '/', token, ...options } = {}) {
  const address = (typeof server === 'string' ? server : server.url) + (namespace === '/' ? '' : namespace);
  const common = { transports: transports[transport], forceNew: true, reconnection: false, timeout: patienceMs, ...options };
  if (token !== undefined) {
    if (version === 2) common.query = { ...common.query, token };
    else common.auth = { ...common.auth, token };
  }
  const socket = version === 2 ? io2(address, common) : io4(address, common);
  open.add(socket);
  return socket;
}

/**
 * Connects, and resolves with the socket once its namespace is joined (and, for `upgrade`, once it is on WebSocket).
 * Rejects with the server's error: `message`, and `data` where the server gave it.
 */
export async function connect(server, options = {}) {
  const socket = openClient(server, options);
  try {
    await within(connected(socket), { what: 'the client connects' });
    if (options.transport === 'upgrade') await within(upgraded(socket), { what: 'the client upgrades to WebSocket' });
    return socket;
  } catch (error) {
    close(socket);
    throw error;
  }
}

/** Resolves when the socket is connected; rejects when the server refuses it. */
export function connected(socket) {
  if (socket.connected) return Promise.resolve();
  return new Promise((resolve, reject) => {
    const listeners = {
      connect: () => settle(resolve),
      connect_error: (error) => settle(reject, asError(error)),
      // The name of a refusal by middleware in the 2.x line; 4.x reserves it for nothing.
      error: (error) => settle(reject, asError(error)),
    };
    function settle(how, value) {
      for (const [event, listener] of Object.entries(listeners)) socket.off(event, listener);
      how(value);
    }
    for (const [event, listener] of Object.entries(listeners)) socket.on(event, listener);
  });
}

function asError(error) {
  if (error instanceof Error) return error;
  const text = typeof error === 'string' ? error : (error?.message ?? JSON.stringify(error));
  return Object.assign(new Error(text), typeof error === 'object' ? error : {});
}

/** The name of the transport that the client uses at this moment. */
export function transportOf(socket) {
  return socket.io.engine.transport.name;
}

function upgraded(socket) {
  if (transportOf(socket) === 'websocket') return Promise.resolve();
  return new Promise((resolve) => {
    socket.io.engine.once('upgrade', () => resolve());
  });
}

/** Closes one client now. */
export function close(socket) {
  open.delete(socket);
  socket.close();
}

/**
 * Emits and resolves with everything the server acknowledged, as an array: `(error, result)` of the chat's events, or
 * whatever the event's own convention is. Rejects when the connection ends first: then no answer can come any more.
 */
export function emitWithAck(socket, event, ...args) {
  let onDisconnect;
  const answer = new Promise((resolve, reject) => {
    onDisconnect = (reason) => reject(new Error(`disconnected (${reason}) before ${event} was acknowledged`));
    socket.on('disconnect', onDisconnect);
    socket.emit(event, ...args, (...values) => resolve(values));
  });
  return within(answer, { what: `${event} is acknowledged` }).finally(() => socket.off('disconnect', onDisconnect));
}

/**
 * Emits one of the chat's events and resolves with its result. Where the server acknowledges an error, rejects with an
 * Error whose message is the server's sentence and that has the fields of the result: code, retryAfterMs, field.
 */
export async function ask(socket, event, ...args) {
  const [error, result] = await emitWithAck(socket, event, ...args);
  if (error) throw Object.assign(new Error(error), result);
  return result;
}

/** Resolves with the first argument of the next `event` that `matches`. */
export function nextEvent(socket, event, matches = () => true, { timeoutMs = patienceMs } = {}) {
  let listener;
  const seen = new Promise((resolve) => {
    listener = (...args) => {
      if (matches(...args)) resolve(args[0]);
    };
    socket.on(event, listener);
  });
  return within(seen, { what: `the event ${event}`, timeoutMs }).finally(() => socket.off(event, listener));
}

/**
 * From now on keeps every first argument of `event`. `items`: all so far, in order. `next(matches)`: the first one not
 * handed out by next() before that matches, when it is there. `clear()`: forgets them.
 */
export function collect(socket, event) {
  const items = [];
  const taken = new Set();
  const waiters = new Set();
  socket.on(event, (item) => {
    items.push(item);
    for (const waiter of [...waiters]) waiter();
  });
  const take = (matches) => {
    const at = items.findIndex((item, index) => !taken.has(index) && matches(item));
    if (at < 0) return false;
    taken.add(at);
    return { item: items[at] };
  };
  return {
    items,
    clear() {
      items.length = 0;
      taken.clear();
    },
    next(matches = () => true, { timeoutMs = patienceMs } = {}) {
      const there = take(matches);
      if (there) return Promise.resolve(there.item);
      let waiter;
      const found = new Promise((resolve) => {
        waiter = () => {
          const found = take(matches);
          if (!found) return;
          waiters.delete(waiter);
          resolve(found.item);
        };
        waiters.add(waiter);
      });
      return within(found, { what: `a matching ${event} (${items.length} came)`, timeoutMs }).finally(() => waiters.delete(waiter));
    },
  };
}
