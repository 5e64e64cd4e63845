// Our servers and Node.js ones on one Redis: what @socket.io/redis-adapter 8 and @socket.io/redis-emitter do across
// servers, from each side to the other.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Emitter } from '@socket.io/redis-emitter';
import { close, collect, connect, emitWithAck, nextEvent } from './lib/clients.mjs';
import { connectRedis, startNodeServer } from './lib/node_socketio.mjs';
import { startProgram } from './lib/programs.mjs';
import { startRedis } from './lib/redis.mjs';
import { waitFor, within } from './lib/wait.mjs';

const redis = await startRedis();
const admin = await connectRedis(redis.url);
const emitter = new Emitter(await connectRedis(redis.url));
const ours = await startProgram('socketio_feature_server', ['--redis-port', redis.port]);
const other = await startProgram('socketio_feature_server', ['--redis-port', redis.port, '--threads', 1]);
const node = await startNodeServer(redis.url);
const quiet = await startNodeServer(redis.url, { publishOnSpecificResponseChannel: true });
const kinds = { ours, other, node, quiet };

for (const { io } of [node, quiet]) {
  io.on('connection', (socket) => {
    socket.on('join', (...args) => {
      const answer = args.pop();
      socket.join(args);
      answer([...socket.rooms]);
    });
    socket.on('echo-ack', (...args) => args.pop()(...args));
  });
}

const subscribers = async (channel) => (await admin.pubSubNumSub(channel))[channel];
await waitFor(async () => (await subscribers('socket.io-request#/#')) === 4, { what: 'four servers hear requests' });

/** A client of one server, in `rooms`, that every server reaches from now on. */
async function member(server, ...rooms) {
  const socket = await connect(server);
  if (rooms.length > 0) await emitWithAck(socket, 'join', ...rooms);
  // Node.js servers subscribe to a pattern once; ours to the channels of their rooms, and a socket's id is one.
  if (!server.io) {
    for (const room of [socket.id, ...rooms]) await waitFor(async () => (await subscribers(`socket.io#/#${room}#`)) > 0);
  }
  return socket;
}

/** One client on every server, by the server's name, each in `rooms`. */
async function everywhere(...rooms) {
  const sockets = {};
  for (const [name, server] of Object.entries(kinds)) sockets[name] = await member(server, ...rooms);
  for (const room of rooms) await waitFor(async () => (await subscribers(`socket.io#/#${room}#`)) === 2);
  return sockets;
}

const closeAll = (sockets) => Object.values(sockets).forEach(close);
let count = 0;
/** A name that no other test uses. */
const fresh = (what) => `${what}-${++count}`;

/** Emits to what `how` says ({ to, except }), from the server of that name. */
function shout(from, sockets, how, event, ...args) {
  if (!kinds[from].io) return sockets[from].emit('shout', how, event, ...args);
  let to = kinds[from].io.of('/');
  for (const room of how.to ?? []) to = to.to(room);
  for (const room of how.except ?? []) to = to.except(room);
  to.emit(event, ...args);
}

for (const from of Object.keys(kinds)) {
  describe(`from ${from}`, () => {
    test('a broadcast to everybody reaches every client of every server once', async () => {
      const sockets = await everywhere();
      const event = fresh('all');
      const heard = Object.values(sockets).map((socket) => collect(socket, event));
      shout(from, sockets, {}, event, 1);
      shout(from, sockets, {}, event, 2);
      for (const one of heard) await one.next((n) => n === 2);
      for (const one of heard) assert.deepEqual(one.items, [1, 2]);
      closeAll(sockets);
    });

    test('a room, several rooms, and all but some', async () => {
      const [tea, milk, loud] = [fresh('tea'), fresh('milk'), fresh('loud')];
      const [a, b] = [await everywhere(tea), await everywhere(milk, loud)];
      const event = fresh('news');
      const heard = [a, b].map((sockets) => Object.values(sockets).map((socket) => collect(socket, event)));
      shout(from, a, { to: [tea] }, event, 'tea');
      shout(from, a, { to: [tea, milk] }, event, 'both');
      shout(from, a, { to: [tea, milk], except: [loud] }, event, 'soft');
      shout(from, a, { except: [tea] }, event, 'other');
      shout(from, a, {}, event, 'end');
      for (const one of heard.flat()) await one.next((n) => n === 'end');
      // One room's messages come on a channel of its own, and one connection keeps the order of all channels.
      for (const one of heard[0]) assert.deepEqual(one.items, ['tea', 'both', 'soft', 'end']);
      for (const one of heard[1]) assert.deepEqual(one.items, ['both', 'other', 'end']);
      closeAll(a);
      closeAll(b);
    });

    test('one socket by its id', async () => {
      const sockets = await everywhere();
      const event = fresh('you');
      for (const [name, socket] of Object.entries(sockets)) {
        const heard = nextEvent(socket, event);
        shout(from, sockets, { to: [socket.id] }, event, name);
        assert.equal(await heard, name);
      }
      closeAll(sockets);
    });

    test('values of every kind, and bytes', async () => {
      const sockets = await everywhere();
      const event = fresh('kinds');
      const value = ['é😀', 1, -2.5, true, null, { a: { b: [1, 'x', {}] } }, [], 1e-7, 2 ** 40, -(2 ** 40), 'long '.repeat(9_000)];
      const heard = Object.values(sockets).map(
        (socket) => new Promise((resolve) => socket.once(event, (...args) => resolve(args))),
      );
      shout(from, sockets, {}, event, value, { deep: [Buffer.from([0, 255, 1])] });
      for (const one of heard) {
        const [got, bytes] = await within(one, { what: 'the values' });
        assert.deepEqual(got, value);
        assert.deepEqual([...Buffer.from(bytes.deep[0])], [0, 255, 1]);
      }
      closeAll(sockets);
    });

    test('sockets join and leave rooms on every server, and are fetched from all', async () => {
      const [base, room] = [fresh('base'), fresh('joined')];
      const sockets = await everywhere(base);
      const ids = (...names) => names.map((name) => sockets[name].id).sort();
      const all = ids(...Object.keys(kinds));
      const io = kinds[from].io;
      const fetched = async (how) => {
        if (!io) return (await emitWithAck(sockets[from], 'fetch', { to: [how] }))[0];
        return (await io.in(how).fetchSockets()).map(({ id, rooms }) => ({ id, rooms: [...rooms] }));
      };
      const members = async () => (await fetched(room)).map(({ id }) => id).sort();

      if (io) io.in(base).socketsJoin(room);
      else sockets[from].emit('sockets-join', { to: [base] }, room);
      await waitFor(async () => (await members()).length === 4, { what: 'all have joined' });
      assert.deepEqual(await members(), all);
      const found = await fetched(sockets.other.id);
      assert.deepEqual(found, [{ id: sockets.other.id, rooms: [sockets.other.id, base, room] }]);
      assert.equal((await fetched(sockets.quiet.id)).length, 1);

      for (const name of ['ours', 'quiet']) {
        if (io) io.in(sockets[name].id).socketsLeave(room);
        else sockets[from].emit('sockets-leave', { to: [sockets[name].id] }, room);
      }
      await waitFor(async () => (await members()).length === 2, { what: 'two have left' });
      assert.deepEqual(await members(), ids('node', 'other'));
      closeAll(sockets);
    });

    test('disconnects the sockets of a room on every server', async () => {
      const room = fresh('out');
      const sockets = await everywhere(room);
      const stays = await everywhere();
      const gone = Object.values(sockets).map((socket) => nextEvent(socket, 'disconnect'));
      if (kinds[from].io) kinds[from].io.in(room).disconnectSockets(true);
      else stays[from].emit('disconnect-sockets', { to: [room] }, true);
      for (const one of gone) assert.match(await one, /transport close|io server disconnect/);
      for (const socket of Object.values(stays)) assert.deepEqual(await emitWithAck(socket, 'echo-ack', 'here'), ['here']);
      closeAll(stays);
    });

    test('a broadcast with acknowledgements collects those of all servers, and names a time-out', async () => {
      const room = fresh('asked');
      const sockets = await everywhere(room);
      const io = kinds[from].io;
      const ask = async (timeout, ...args) => {
        if (!io) {
          const [error, answers] = await emitWithAck(sockets[from], 'ask-all', { to: [room] }, timeout, ...args);
          return { error, answers: answers.map(([first]) => first) };
        }
        return new Promise((resolve) => {
          io.to(room)
            .timeout(timeout)
            .emit('question', ...args, (error, answers) => resolve({ error, answers }));
        });
      };
      for (const [name, socket] of Object.entries(sockets)) {
        socket.on('question', (question, bytes, answer) => answer({ name, question, size: bytes.byteLength ?? bytes.length, back: bytes }));
      }
      const { error, answers } = await ask(8_000, 'who?', Buffer.from([1, 2, 3]));
      assert.equal(error, null);
      assert.deepEqual(answers.map(({ name }) => name).sort(), Object.keys(kinds).sort());
      for (const { question, size, back } of answers) {
        assert.deepEqual([question, size], ['who?', 3]);
        assert.deepEqual([...Buffer.from(back)], [1, 2, 3]);
      }

      const silent = from === 'ours' ? 'node' : 'ours';
      sockets[silent].off('question');
      const late = await ask(1_000, 'again?', Buffer.from([1]));
      assert.ok(late.error, 'the time-out is named');
      assert.deepEqual(late.answers.map(({ name }) => name).sort(), Object.keys(kinds).filter((name) => name !== silent).sort());
      closeAll(sockets);
    });

    test('tells the other servers, and not itself', async () => {
      const sockets = await everywhere();
      const news = fresh('news');
      const heardBy = Object.fromEntries(Object.keys(kinds).map((name) => [name, []]));
      const stop = [];
      for (const name of ['ours', 'other']) {
        sockets[name].on('server-news', (...args) => heardBy[name].push(args));
      }
      for (const name of ['node', 'quiet']) {
        const listener = (...args) => heardBy[name].push(args);
        kinds[name].io.on('server-news', listener);
        stop.push(() => kinds[name].io.off('server-news', listener));
      }
      if (kinds[from].io) kinds[from].io.serverSideEmit('server-news', news, { n: 1 });
      else sockets[from].emit('tell-servers', 'server-news', news, { n: 1 });
      const others = Object.keys(kinds).filter((name) => name !== from);
      await waitFor(() => others.every((name) => heardBy[name].length === 1), { what: 'the others have heard' });
      for (const name of others) assert.deepEqual(heardBy[name], [[news, { n: 1 }]]);
      assert.deepEqual(heardBy[from], []);
      stop.forEach((f) => f());
      closeAll(sockets);
    });

    test('asks the other servers', async () => {
      const socket = await member(kinds[from]);
      const stop = [];
      for (const name of ['node', 'quiet']) {
        const listener = (question, answer) => answer({ asked: question });
        kinds[name].io.on('server-question', listener);
        stop.push(() => kinds[name].io.off('server-question', listener));
      }
      const answers = kinds[from].io
        ? await kinds[from].io.serverSideEmitWithAck('server-question', 'how?')
        : await emitWithAck(socket, 'ask-servers', 'server-question', 'how?').then(([error, all]) => {
            assert.equal(error, null);
            return all;
          });
      assert.deepEqual(answers, Array(3).fill({ asked: 'how?' }));
      stop.forEach((f) => f());
      close(socket);
    });
  });
}

describe('from @socket.io/redis-emitter', () => {
  test('everybody, rooms, except, joins, leaves and servers', async () => {
    const [tea, late] = [fresh('tea'), fresh('late')];
    const [a, b] = [await everywhere(tea), await everywhere()];
    const event = fresh('emitted');
    const heard = [a, b].map((sockets) => Object.values(sockets).map((socket) => collect(socket, event)));
    emitter.emit(event, 'all');
    emitter.to(tea).emit(event, 'tea');
    emitter.except(tea).emit(event, 'rest');
    for (const one of heard[0]) await one.next((value) => value === 'tea');
    for (const one of heard[1]) await one.next((value) => value === 'rest');
    // What is volatile may be dropped only where something else is on its way.
    emitter.volatile.emit(event, Buffer.from([9]));
    for (const one of heard.flat()) await one.next((value) => typeof value !== 'string');
    emitter.in(tea).socketsJoin(late);
    await waitFor(async () => (await node.io.in(late).fetchSockets()).length === 4);
    await waitFor(async () => (await subscribers(`socket.io#/#${late}#`)) === 2);
    emitter.to(late).emit(event, 'late');
    emitter.in(a.ours.id).socketsLeave(late);
    await waitFor(async () => (await node.io.in(late).fetchSockets()).length === 3);
    emitter.emit(event, 'end');
    for (const one of heard.flat()) await one.next((value) => value === 'end');
    const texts = ({ items }) => items.map((item) => (typeof item === 'string' ? item : [...Buffer.from(item)]));
    for (const one of heard[0]) assert.deepEqual(texts(one), ['all', 'tea', [9], 'late', 'end']);
    for (const one of heard[1]) assert.deepEqual(texts(one), ['all', 'rest', [9], 'end']);

    const told = [nextEvent(b.ours, 'server-news'), nextEvent(b.other, 'server-news')];
    emitter.serverSideEmit('server-news', 'from outside');
    for (const one of told) assert.equal(await one, 'from outside');
    const gone = [a, b].flatMap((sockets) => Object.values(sockets).map((socket) => nextEvent(socket, 'disconnect')));
    emitter.disconnectSockets(true);
    await Promise.all(gone);
  });
});

test('a Node.js server learns of our rooms', async () => {
  const room = fresh('listed');
  const sockets = await everywhere(room);
  const rooms = await node.io.of('/').adapter.allRooms();
  for (const name of [room, ...Object.values(sockets).map(({ id }) => id)]) assert.ok(rooms.has(name), name);
  closeAll(sockets);
});

test('other namespaces are other channels', async () => {
  const inside = await connect(ours, { namespace: '/dynamic-tea' });
  const outside = await member(ours);
  const io = node.io.of('/dynamic-tea');
  await waitFor(async () => (await subscribers('socket.io#/dynamic-tea#')) === 1);
  const event = fresh('inside');
  const heard = [collect(inside, event), collect(outside, event)];
  io.emit(event, 'dynamic');
  node.io.emit(event, 'root');
  assert.equal(await heard[0].next(), 'dynamic');
  assert.equal(await heard[1].next(), 'root');
  assert.deepEqual(heard[0].items, ['dynamic']);
  close(inside);
  close(outside);
});

test('malformed messages are passed over', async () => {
  // On a Redis without Node.js servers: their adapter throws on some of these.
  const alone = await startRedis();
  const server = await startProgram('socketio_feature_server', ['--redis-port', alone.port]);
  const publisher = await connectRedis(alone.url);
  const heardBy = async (channel, message) => publisher.publish(channel, message);
  const socket = await connect(server);
  await waitFor(async () => (await heardBy(`socket.io#/#${socket.id}#`, 'x')) === 1);
  const broken = [
    '', '{', '[]', '{}', '{"type":9e99}', '{"type":7,"packet":{}}', '{"type":6,"data":[]}', '{"requestId":7}', '\xff'.repeat(99),
    Buffer.alloc(200, 0x91), Buffer.from('93a175c0c0', 'hex'), Buffer.from('dfffffffff', 'hex'), '['.repeat(10_000),
  ];
  for (const name of ['', `${socket.id}#`].map((room) => `socket.io#/#${room}`).concat('socket.io-request#/#', 'socket.io-response#/#')) {
    for (const message of broken) assert.equal(await heardBy(name, message), 1);
  }
  const event = fresh('well');
  const heard = nextEvent(socket, event);
  new Emitter(publisher).emit(event, 'well');
  assert.equal(await heard, 'well');
  assert.deepEqual(await emitWithAck(socket, 'echo-ack', 'well'), ['well']);
  close(socket);
});

test('traffic follows the rooms: a server hears no channel of a room that it does not have', async () => {
  const room = fresh('private');
  const socket = await member(ours, room);
  assert.equal(await subscribers(`socket.io#/#${room}#`), 1);
  close(socket);
  await waitFor(async () => (await subscribers(`socket.io#/#${room}#`)) === 0);
});

test('goes on alone while Redis is away, and together when it is back', async () => {
  const room = fresh('away');
  const sockets = { ours: await member(ours, room), other: await member(other, room) };
  const event = fresh('event');
  const heard = { ours: collect(sockets.ours, event), other: collect(sockets.other, event) };
  await redis.kill();
  sockets.ours.emit('shout', { to: [room] }, event, 'alone');
  assert.equal(await heard.ours.next(), 'alone');
  const [found] = await emitWithAck(sockets.ours, 'fetch', { to: [room] });
  assert.ok(found.length >= 1);
  await redis.start();
  const again = await connectRedis(redis.url);
  await waitFor(async () => (await again.pubSubNumSub(`socket.io#/#${room}#`))[`socket.io#/#${room}#`] === 2);
  let n = 0;
  await waitFor(
    () => {
      sockets.ours.emit('shout', { to: [room] }, event, `back ${++n}`);
      return heard.other.items.some((item) => item.startsWith('back'));
    },
    { what: 'a broadcast crosses again' },
  );
  assert.ok(!heard.other.items.includes('alone'));
  closeAll(sockets);
});
