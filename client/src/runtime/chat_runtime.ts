/** The chat of one identity in one tab: owns the connection, the timers and the outbox, feeds the reducers and carries
 *  out what they ask for. Made when the chat is first shown, stopped when the identity changes. */

import { count, fields, list, parseMessage, text, time } from '../protocol/parse';
import { failed, ok, type Failure, type Message, type Result } from '../protocol/types';
import type { ServerEvent } from '../protocol/events';
import { INITIAL_CONNECTION, connectionReducer, type ConnectionEffect, type ConnectionEvent } from '../state/connection';
import { EMPTY_OUTBOX, outboxReducer, type OutboxEffect, type OutboxEvent, type OutboxItem } from '../state/outbox';
import { initialRooms, ownMessages, roomsReducer, type RoomsEffect, type RoomsEvent } from '../state/rooms';
import { createSelector } from '../state/select';
import { newest } from '../state/timeline';
import { nameOf, type Chat, type ChatActions, type ChatView, type Identity } from '../state/view';
import { codePoints, newTempId, wakeDetector } from './browser';
import type { DeviceStore } from './device_store';
import { readEntered, writeEntered } from './entered_rooms';
import { createPublisher } from './publisher';
import type { MyRoom } from './rest';
import type { SessionRuntime } from './session_runtime';
import type { Transport, TransportFactory } from './socket';
import { joinTabs, type TabMessage } from './tabs';
import { createTypingTeller } from './typing_teller';

export interface ChatRuntime extends Chat {
  readonly stop: () => void;
}

export interface ChatParts {
  readonly session: SessionRuntime;
  readonly identity: Identity;
  readonly store: DeviceStore;
  readonly transport: TransportFactory;
  /** Somebody wrote and nobody saw it. */
  readonly notify: (message: Message, mention: boolean) => void;
}

const PAGE = 50;
const KEPT_MESSAGES = 60;
const KEEP_AFTER_MS = 1_000;
const MARK_READ_AFTER_MS = 400;
const TICK_MS = 1_000;
const REJOIN_MS = 2_000;
const MAX_REJOIN_MS = 20_000;
const PROBE_TIMEOUT_MS = 3_000;
/** As good as none: it is asked again. */
const STRANGE_ANSWER: Failure = { code: 'NETWORK', message: '', field: null, retryAfterMs: null };

export function createChatRuntime({ session, identity, store, transport: makeTransport, notify }: ChatParts): ChatRuntime {
  const me = nameOf(identity);
  const author = `${identity.kind}:${me}`;
  const token = identity.kind === 'account' ? identity.token : null;

  let connection = INITIAL_CONNECTION;
  let rooms = initialRooms(me);
  let outbox = EMPTY_OUTBOX;
  let stopped = false;
  /** Grows with each connection: answers of an earlier one are not believed. */
  let generation = 0;
  let joined = new Set<string>();
  let lastOrder = 0;
  /** Rooms that this page has been in: there, a name that is "taken" is our own, of a connection that is still dying. */
  const wasIn = new Set<string>();
  /** Rooms in which the server has not been told how far was read. */
  const unsaidRead = new Set<string>();
  /** False until what the device keeps was read; `early`: the rooms that were entered before. */
  let started = false;
  const early: string[] = [];
  const timers = new Map<string, number>();

  const selector = createSelector(me);
  const publisher = createPublisher<ChatView>(() => selector.select(connection, rooms, outbox));

  // ---- timers, by name: a later one replaces an earlier one

  function after(name: string, ms: number, run: () => void): void {
    cancel(name);
    timers.set(name, window.setTimeout(() => {
      timers.delete(name);
      if (!stopped) run();
    }, Math.max(0, Math.min(ms, 2 ** 31 - 1))));
  }
  function cancel(name: string): void {
    const timer = timers.get(name);
    if (timer !== undefined) window.clearTimeout(timer);
    timers.delete(name);
  }

  // ---- the three reducers

  function onConnection(event: ConnectionEvent): void {
    const before = connection.view.status;
    const [next, effects] = connectionReducer(connection, event);
    connection = next;
    for (const effect of effects) runConnectionEffect(effect);
    if (before === 'CONNECTED' && next.view.status !== 'CONNECTED') disconnected();
    publisher.now();
  }
  function runConnectionEffect(effect: ConnectionEffect): void {
    switch (effect.type) {
      case 'open':
        ++generation;
        transport.open();
        break;
      case 'close':
        transport.close();
        break;
      case 'wake':
        if (effect.at === null) cancel('connection');
        else after('connection', effect.at - Date.now(), () => onConnection({ type: 'due', at: Date.now() }));
        break;
      case 'probe':
        void probe();
        break;
    }
  }
  async function probe(): Promise<void> {
    const asked = generation;
    // Anything that is acknowledged will do; a refusal is a sign of life as well.
    const answer = await transport.request('stopTyping', { room: rooms.current ?? '' }, PROBE_TIMEOUT_MS);
    if (stopped || asked !== generation || answer.ok || answer.failure.code !== 'NETWORK') return;
    transport.close();
    onConnection({ type: 'lost', at: Date.now(), random: Math.random() });
  }

  function onRooms(event: RoomsEvent): void {
    const [next, effects] = roomsReducer(rooms, event);
    rooms = next;
    for (const effect of effects) runRoomsEffect(effect);
    publisher.soon();
  }
  function runRoomsEffect(effect: RoomsEffect): void {
    switch (effect.type) {
      case 'sync': void sync(effect.room, effect.lastSeq); break;
      case 'load': void load(effect.room, effect.before); break;
      case 'notify': notify(effect.message, effect.mention); break;
      case 'mark-read':
        after(`read ${effect.room}`, MARK_READ_AFTER_MS, () => {
          unsaidRead.add(effect.room);
          if (joined.has(effect.room)) tellRead(effect.room);
        });
        tabs.tell({ type: 'read', room: effect.room, seq: effect.seq });
        keepSoon(effect.room);
        break;
      case 'logged':
        onOutbox({ type: 'logged', room: effect.room, seq: effect.seq, own: effect.own, at: Date.now() });
        keepSoon(effect.room);
        break;
    }
  }

  function onOutbox(event: OutboxEvent): void {
    const [next, effects] = outboxReducer(outbox, event);
    outbox = next;
    for (const effect of effects) runOutboxEffect(effect);
    publisher.soon();
  }
  function runOutboxEffect(effect: OutboxEffect): void {
    switch (effect.type) {
      case 'send':
        void deliver(effect.item);
        break;
      case 'save':
        void store.save(effect.item).catch(() => undefined);
        tabs.tell({ type: 'saved', item: effect.item });
        break;
      case 'remove':
        void store.remove(effect.tempId).catch(() => undefined);
        tabs.tell({ type: 'removed', tempId: effect.tempId, confirmation: effect.confirmation });
        break;
      case 'wake':
        after('outbox', effect.at - Date.now(), () => onOutbox({ type: 'due', at: Date.now() }));
        break;
    }
  }

  async function deliver(item: OutboxItem): Promise<void> {
    const asked = generation;
    const answer = await transport.request('sendMessage', {
      text: item.text, tempId: item.tempId, room: item.room, ...(item.replyTo === null ? {} : { replyTo: item.replyTo }),
    });
    if (stopped) return;
    const at = Date.now();
    if (answer.ok) {
      const f = fields(answer.value);
      const id = text(f?.id);
      const seq = count(f?.seq);
      if (id !== null && seq !== null) {
        onOutbox({ type: 'acknowledged', tempId: item.tempId, confirmation: { id, seq, timestamp: time(f?.timestamp) ?? at }, at });
        return;
      }
    }
    // The connection it went over is gone; the outbox has learnt that already and sends it again.
    if (asked !== generation) return;
    const failure = answer.ok ? STRANGE_ANSWER : answer.failure;
    onOutbox({ type: 'refused', tempId: item.tempId, failure, at });
    if (failure.code === 'NOT_IN_ROOM') rejoin(item.room);
  }

  // ---- rooms and the connection

  function setReady(): void {
    onOutbox({ type: 'ready', rooms: new Set(joined), at: Date.now() });
  }

  function disconnected(): void {
    ++generation;
    joined = new Set();
    for (const name of [...timers.keys()]) if (name.startsWith('join ') || name.startsWith('sync ')) cancel(name);
    onRooms({ type: 'connection-lost' });
    setReady();
  }

  async function connected(): Promise<void> {
    const asked = generation;
    // The room that is looked at comes first.
    const inTurn = [...rooms.order].sort((a, b) => Number(b === rooms.current) - Number(a === rooms.current));
    // Who was shown the door comes back on their own word only.
    const back = inTurn.filter((room) => rooms.byName.get(room)?.phase !== 'kicked');
    // The server knows up to where an account has read. Where this device does not, that comes first: what a room holds when it is
    // first joined counts as read.
    const unmarked = token === null ? [] : back.filter((room) => rooms.byName.get(room)?.readSeq === null);
    for (const room of back) if (!unmarked.includes(room)) void join(room);
    if (token === null) return;
    const mine = await session.rest.myRooms(token);
    if (stopped || asked !== generation) return;
    if (mine.ok) takeMemberships(mine.value);
    for (const room of unmarked) void join(room);
  }
  function takeMemberships(mine: readonly MyRoom[]): void {
    const { left } = readEntered(author);
    onRooms({ type: 'info', infos: mine.map(({ room }) => room) });
    for (const { room, readSeq } of mine) {
      if (!rooms.byName.has(room.name) && !left.includes(room.name)) {
        enter(room.name);
        onRooms({ type: 'info', infos: [room] });
      }
      onRooms({ type: 'read-elsewhere', room: room.name, seq: readSeq });
    }
  }

  function joinSoon(room: string, ms: number): void {
    after(`join ${room}`, ms, () => void join(room, ms));
  }

  /** The server says that we are not in a room that we took ourselves to be in. */
  function rejoin(room: string): void {
    if (rooms.byName.get(room)?.phase !== 'joined') return;
    outOf(room);
    joinSoon(room, REJOIN_MS);
  }
  /** Nothing is sent there until we are in it again. */
  function outOf(room: string): void {
    joined = new Set([...joined].filter((name) => name !== room));
    setReady();
  }

  async function join(room: string, waited = REJOIN_MS / 2): Promise<void> {
    const state = rooms.byName.get(room);
    if (state === undefined || connection.view.status !== 'CONNECTED') return;
    const asked = generation;
    const { lastSeq } = state.timeline;
    const password = session.passwordOf(room);
    onRooms({ type: 'joining', room });
    const answer = await transport.request('join', {
      name: me, room, ...(password === null ? {} : { password }), ...(lastSeq > 0 ? { lastSeq } : {}),
    });
    if (stopped || asked !== generation || !rooms.byName.has(room)) return;
    if (answer.ok) {
      wasIn.add(room);
      joined = new Set(joined).add(room);
      onRooms({ type: 'joined', room });
      setReady();
      if (unsaidRead.has(room)) tellRead(room);
      return;
    }
    const { failure } = answer;
    const again =
      failure.code === 'RATE_LIMITED' || failure.code === 'UNAVAILABLE' || failure.code === 'NETWORK' ||
      (failure.code === 'NAME_TAKEN' && wasIn.has(room));
    if (again) joinSoon(room, failure.retryAfterMs ?? Math.min(waited * 2, MAX_REJOIN_MS));
    else onRooms({ type: 'refused', room, failure });
  }

  async function sync(room: string, lastSeq: number): Promise<void> {
    const asked = generation;
    const answer = await transport.request('sync', { room, lastSeq });
    if (stopped || asked !== generation) return;
    const f = answer.ok ? fields(answer.value) : null;
    const seq = count(f?.seq);
    if (f !== null && seq !== null) {
      onRooms({ type: 'synced', room, changes: list(f.changes, parseMessage), seq, hasMore: f.hasMore === true });
      return;
    }
    const failure = answer.ok ? STRANGE_ANSWER : answer.failure;
    if (failure.code === 'NOT_IN_ROOM') rejoin(room);
    // A hole that stays open would hide everything that comes after it.
    else after(`sync ${room}`, failure.retryAfterMs ?? REJOIN_MS, () => {
      const state = rooms.byName.get(room);
      if (state?.phase === 'joined') void sync(room, state.timeline.lastSeq);
    });
  }

  async function load(room: string, before: number): Promise<void> {
    const asked = generation;
    const answer = await transport.request('loadHistory', { room, before, limit: PAGE });
    if (stopped) return;
    const f = answer.ok && asked === generation ? fields(answer.value) : null;
    if (f === null) onRooms({ type: 'older-failed', room });
    else onRooms({ type: 'older', room, before, messages: list(f.messages, parseMessage), hasMore: f.hasMore === true });
    publisher.now();
  }

  function tellRead(room: string): void {
    const seq = rooms.byName.get(room)?.readSeq;
    unsaidRead.delete(room);
    if (typeof seq === 'number') transport.tell('markRead', { room, seq });
  }

  // ---- what the device keeps

  function keepSoon(room: string): void {
    const name = `keep ${room}`;
    if (!timers.has(name)) after(name, KEEP_AFTER_MS, () => keep(room));
  }
  function keep(room: string): void {
    const state = rooms.byName.get(room);
    // A hole is not kept: the next start would take what lies behind it for known.
    if (state === undefined || state.timeline.lastSeq === 0) return;
    const { messages, lastSeq, hasOlder } = newest(state.timeline, KEPT_MESSAGES);
    void store.keepRoom(author, room, { messages, lastSeq, hasOlder, readSeq: state.readSeq, info: state.info }).catch(() => undefined);
  }
  function keepAll(): void {
    for (const room of rooms.order) if (timers.has(`keep ${room}`)) keep(room);
  }

  function enter(room: string): void {
    if (rooms.byName.has(room)) return;
    writeEntered(author, room, 'entered');
    tabs.tell({ type: 'entered', room });
    if (!started) {
      early.push(room);
      return;
    }
    onRooms({ type: 'entered', room, cached: null });
    void join(room);
  }
  function forget(room: string): void {
    for (const name of ['join', 'sync', 'keep', 'read']) cancel(`${name} ${room}`);
    wasIn.delete(room);
    unsaidRead.delete(room);
    onRooms({ type: 'left', room });
    outOf(room);
    void store.forgetRoom(author, room).catch(() => undefined);
  }

  // ---- the other tabs

  function onTab(message: TabMessage): void {
    switch (message.type) {
      case 'saved':
        onOutbox({ type: 'saved-elsewhere', item: message.item, at: Date.now() });
        // The tab that sends must be in the room.
        if (outbox.leader && message.item.status === 'QUEUED') enter(message.item.room);
        break;
      case 'removed':
        onOutbox({ type: 'removed-elsewhere', tempId: message.tempId, confirmation: message.confirmation, at: Date.now() });
        break;
      case 'entered':
        // The tab that sends must be in the room.
        enter(message.room);
        break;
      case 'left':
        if (rooms.byName.has(message.room) && rooms.current !== message.room) {
          transport.tell('leave', { room: message.room });
          forget(message.room);
        }
        break;
      case 'read':
        onRooms({ type: 'read-elsewhere', room: message.room, seq: message.seq });
        break;
    }
  }
  async function onLeader(leader: boolean): Promise<void> {
    if (stopped) return;
    // What the tab before us left behind, crashed or closed, is on the device.
    if (leader) await loadOutbox();
    if (stopped) return;
    onOutbox({ type: 'leader', on: leader, at: Date.now() });
    if (!leader) return;
    // A guest's name was taken by the tab that has just gone.
    for (const room of rooms.byName.values()) {
      if (room.phase === 'refused' && room.refusal?.code === 'NAME_TAKEN') void join(room.name);
    }
  }
  async function loadOutbox(): Promise<void> {
    const items = await store.outbox(author).catch(() => []);
    if (stopped) return;
    for (const item of items) lastOrder = Math.max(lastOrder, item.order);
    onOutbox({ type: 'loaded', items, at: Date.now() });
    // What waits for a room that was left meanwhile waits until it is entered again.
    const { left } = readEntered(author);
    for (const { room } of items) if (!left.includes(room)) enter(room);
  }

  // ---- actions

  function send(room: string, raw: string, options: { replyTo?: string } = {}): string | null {
    const text = raw.normalize('NFC');
    if (text.trim() === '' || codePoints(text) > session.config.get().maxMessageLength || !rooms.byName.has(room)) return null;
    const at = Date.now();
    lastOrder = Math.max(lastOrder + 1, at * 1_000);
    const item: OutboxItem = {
      tempId: newTempId(), author, room, text, replyTo: options.replyTo ?? null, createdAt: at, order: lastOrder,
      status: 'QUEUED', failure: null, notBefore: 0, tries: 0, revision: 1,
    };
    typing.stop(room, false);
    onOutbox({ type: 'added', item, at });
    onRooms({ type: 'sent', room });
    publisher.now();
    return item.tempId;
  }

  async function change(event: string, payload: unknown): Promise<Result<null>> {
    const answer = await transport.request(event, payload);
    if (!answer.ok) return failed(answer.failure);
    const message = parseMessage(fields(answer.value)?.message);
    if (message !== null && !stopped) {
      onRooms({ type: 'own-changed', message });
      publisher.now();
    }
    return ok(null);
  }

  const actions: ChatActions = {
    retryConnection: () => onConnection({ type: 'retry', at: Date.now() }),
    openRoom: (room, password) => {
      if (password !== undefined) session.keepPassword(room, password);
      onRooms({ type: 'opened', room });
      const state = rooms.byName.get(room);
      if (state === undefined) enter(room);
      else if (state.phase === 'kicked' || state.phase === 'refused') void join(room);
      publisher.now();
    },
    closeRoom: () => onRooms({ type: 'closed' }),
    leaveRoom: (room) => {
      transport.tell('leave', { room });
      writeEntered(author, room, 'left');
      tabs.tell({ type: 'left', room });
      forget(room);
      publisher.now();
    },
    loadOlder: (room) => onRooms({ type: 'load-older', room }),
    markRead: (room) => {
      onRooms({ type: 'read', room });
      publisher.now();
    },
    send,
    retry: (tempId) => {
      onOutbox({ type: 'retry', tempId, at: Date.now() });
      publisher.now();
    },
    discard: (tempId) => {
      onOutbox({ type: 'discard', tempId, at: Date.now() });
      publisher.now();
    },
    edit: (id, text) => change('editMessage', { id, text: text.normalize('NFC') }),
    remove: (id) => change('deleteMessage', { id }),
    react: (id, emoji, on) => change('react', { id, emoji, on }),
    typing: (room) => typing.key(room),
    stopTyping: (room) => typing.stop(room, true),
    setStatus: (status) => {
      ownStatus = status;
      transport.tell('setStatus', { status });
    },
  };
  let ownStatus: 'online' | 'away' | 'busy' | null = null;
  const typing = createTypingTeller((event, room) => transport.tell(event, { room }));

  // ---- the outside world

  const transport: Transport = makeTransport(token, {
    opened: () => {
      ++generation;
      onConnection({ type: 'opened', at: Date.now() });
      if (ownStatus !== null) transport.tell('setStatus', { status: ownStatus });
      void connected();
    },
    failed: () => onConnection({ type: 'failed', at: Date.now(), random: Math.random() }),
    refused: (failure) => {
      onConnection({ type: 'refused', at: Date.now() });
      if (failure.code === 'AUTH_FAILED' && token !== null) session.expire();
    },
    lost: () => onConnection({ type: 'lost', at: Date.now(), random: Math.random() }),
    event: (event: ServerEvent) => {
      if (event.type === 'shutdown') {
        onConnection({ type: 'shutdown', at: Date.now(), retryAfterMs: event.retryAfterMs, random: Math.random() });
      } else if (event.type === 'confirmed') {
        const { id, seq, timestamp } = event;
        onOutbox({ type: 'acknowledged', tempId: event.tempId, confirmation: { id, seq, timestamp }, at: Date.now() });
      } else {
        onRooms({ type: 'server', event, at: Date.now() });
        if (event.type === 'kicked') {
          outOf(event.room);
        }
      }
    },
  });

  const tabs = joinTabs(author, store, onTab, (leader) => void onLeader(leader));

  const outside = new AbortController();
  const listen = (target: EventTarget, type: string, run: (event: Event) => void): void =>
    target.addEventListener(type, run, { signal: outside.signal });
  const focus = (): void => onRooms({ type: 'focus', on: document.visibilityState === 'visible' && document.hasFocus() });
  listen(window, 'online', () => onConnection({ type: 'online', at: Date.now() }));
  listen(window, 'offline', () => onConnection({ type: 'offline', at: Date.now() }));
  listen(window, 'focus', focus);
  listen(window, 'blur', focus);
  listen(document, 'visibilitychange', () => {
    focus();
    if (document.visibilityState === 'hidden') keepAll();
  });
  listen(window, 'pagehide', keepAll);
  const stopWakeDetector = wakeDetector(() => onConnection({ type: 'woke', at: Date.now() }));
  const tick = window.setInterval(() => {
    if ([...rooms.byName.values()].some((room) => room.typing.size > 0)) onRooms({ type: 'tick', at: Date.now() });
  }, TICK_MS);

  async function restore(names: readonly string[]): Promise<void> {
    const cached = await Promise.all(names.map((room) => store.room(author, room).catch(() => null)));
    if (stopped) return;
    names.forEach((room, i) => {
      const kept = cached[i] ?? null;
      onRooms({ type: 'entered', room, cached: kept });
      if (kept === null) return;
      wasIn.add(room);
      onOutbox({ type: 'logged', room, seq: kept.lastSeq, own: ownMessages(kept.messages), at: Date.now() });
    });
  }
  async function start(): Promise<void> {
    focus();
    if (!navigator.onLine) onConnection({ type: 'offline', at: Date.now() });
    // Before the connection: so that a start without one shows what was there, and a start with one asks only for the rest.
    await restore(readEntered(author).entered);
    while (early.length > 0 && !stopped) await restore(early.splice(0));
    if (stopped) return;
    started = true;
    await loadOutbox();
    if (stopped) return;
    publisher.now();
    onConnection({ type: 'connect', at: Date.now() });
  }
  void start();

  return {
    store: publisher.store,
    actions,
    stop: () => {
      if (stopped) return;
      keepAll();
      onConnection({ type: 'disconnect', at: Date.now() });
      stopped = true;
      for (const name of [...timers.keys()]) cancel(name);
      window.clearInterval(tick);
      stopWakeDetector();
      typing.end();
      outside.abort();
      tabs.stop();
      publisher.stop();
    },
  };
}
