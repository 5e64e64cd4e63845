// Two and three servers on one PostgreSQL and one Redis: what people on one see of what people on another do.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { ask, close, collect, connect, nextEvent } from './lib/clients.mjs';
// Before cluster.mjs: it says goodbye to Redis before Redis ends.
import { startNodeServer } from './lib/node_socketio.mjs';
import { enter, names, refusal, register, startCluster, withoutPostgres } from './lib/cluster.mjs';
import { Random, seedOfRun } from './lib/random.mjs';
import { RoomReplica, freshView } from './lib/room_replica.mjs';
import { waitFor } from './lib/wait.mjs';

describe('people on several servers', { skip: withoutPostgres }, () => {
  let cluster;
  let a;
  let b;
  let c;
  let rooms = 0;
  const newRoom = () => `room${++rooms}`;
  before(async () => {
    cluster = await startCluster(3);
    [a, b, c] = cluster.servers;
  });
  after(() => cluster?.stop());

  test('see one log in one order, whoever sends where', async () => {
    const room = newRoom();
    const people = await Promise.all([a, b, c, a, b, c].map((server) => enter(server, room)));
    const each = 40;
    await Promise.all(people.map(async ({ socket, name }) => {
      for (let i = 0; i < each; ++i) await ask(socket, 'sendMessage', { text: `${name} ${i}`, tempId: `${name}-${i}` });
    }));
    const last = people.length * each;
    for (const { log } of people) await log.reached(last);
    for (const { log, name } of people) {
      log.assertWhole(last, name);
      const texts = log.events.map(({ text }) => text);
      assert.deepEqual(texts.slice(-20), people[0].log.events.map(({ text }) => text).slice(-20));
      const own = log.events.filter(({ user }) => user === name);
      assert.ok(own.every(({ tempId }, i) => tempId === `${name}-${i}`), 'its own come with their tempId');
      assert.ok(log.events.every(({ user, tempId }) => user === name || tempId === undefined), 'others without');
    }
  });

  test('see edits, reactions and deletions, and each view equals a fresh one', async () => {
    const room = newRoom();
    const seed = seedOfRun();
    console.log(`seed ${seed}`);
    const random = new Random(seed);
    const people = await Promise.all([a, b, c].map(async (server, i) => {
      const { socket, name, log } = await enter(server, room);
      const view = new RoomReplica(room);
      view.attach(socket);
      close((await enter(server, room)).socket); // the view is not the first thing in the room
      await ask(socket, 'leave', { room });
      await view.join({ name });
      log.seqs.length = 0;
      return { socket, name, log, view, server, i };
    }));
    const ids = [];
    await Promise.all(people.map(async ({ socket }) => {
      const own = [];
      for (let i = 0; i < 60; ++i) {
        const act = random.weighted({ send: 4, edit: 2, react: 3, remove: 1 });
        if (act === 'send' || own.length === 0) {
          own.push((await ask(socket, 'sendMessage', `text ${i}`)).id);
          ids.push(own.at(-1));
        } else if (act === 'edit') {
          await ask(socket, 'editMessage', { id: random.pick(own), text: `edited ${i}` });
        } else if (act === 'react') {
          await refusal(ask(socket, 'react', { id: random.pick(ids), emoji: random.pick(['👍', '🎉']), on: random.next() < 0.7 }));
        } else {
          await ask(socket, 'deleteMessage', { id: own.splice(random.between(0, own.length - 1), 1)[0] });
        }
      }
    }));
    const fresh = await freshView(random.pick([a, b, c]), room);
    for (const { view, log, name } of people) {
      await view.reached(fresh.seq);
      view.assertEquals(fresh, name);
      log.assertWhole(fresh.seq, name);
      assert.equal(view.holes, 0, 'the server leaves no hole');
    }
  });

  test('see who types, reads and comes', async () => {
    const room = newRoom();
    const [ada, bob] = [await enter(a, room), await enter(b, room)];
    assert.deepEqual(names(bob.list), [ada.name, bob.name]);
    const typing = nextEvent(ada.socket, 'userTyping');
    bob.socket.emit('typing', { room });
    assert.deepEqual(await typing, { user: bob.name, room });
    const stopped = nextEvent(ada.socket, 'userStoppedTyping');
    const { seq } = await ask(bob.socket, 'sendMessage', 'there');
    assert.deepEqual(await stopped, { user: bob.name, room });
    const receipt = nextEvent(bob.socket, 'readReceipt');
    await ada.log.reached(seq);
    await ask(ada.socket, 'markRead', { room, seq });
    assert.deepEqual(await receipt, { room, user: ada.name, seq });

    const lists = collect(ada.socket, 'roomData');
    const notices = collect(ada.socket, 'message');
    const cleo = await enter(c, room);
    await lists.next(({ total }) => total === 3);
    await notices.next(({ user, text }) => user === 'admin' && text.includes(cleo.name) && text.endsWith('joined!'));
    close(cleo.socket);
    await lists.next(({ total, users }) => total === 2 && !users.some(({ name }) => name === cleo.name));
    await notices.next(({ user, text }) => user === 'admin' && text.includes(cleo.name) && text.endsWith('left.'));
  });

  test('are told of people at most once a second, however many servers they come to', async () => {
    const room = newRoom();
    const ada = await enter(a, room);
    const lists = collect(ada.socket, 'roomData');
    const times = [];
    ada.socket.on('roomData', () => times.push(Date.now()));
    for (let i = 0; i < 12; ++i) await enter([a, b, c][i % 3], room);
    await lists.next(({ total }) => total === 13);
    for (let i = 1; i < times.length; ++i) {
      // A tick of 100 ms, and a busy machine between two of them.
      assert.ok(times[i] - times[i - 1] > 700, `${times.map((t) => t - times[0])}`);
    }
  });

  test('have a name once in a room', async () => {
    const room = newRoom();
    const account = await register(a);
    await enter(a, room, { name: 'ada' });
    await enter(b, room, account);
    assert.equal(await refusal(ask(await connect(b), 'join', { name: 'ada', room })), 'NAME_TAKEN');
    assert.equal(await refusal(ask(await connect(c), 'join', { name: account.name, room })), 'NAME_TAKEN');
    const second = await enter(c, room, account);
    assert.deepEqual(names(second.list).sort(), ['ada', account.name].sort(), 'a second device is the same person');
  });

  test('get an answer of their own on their other device', async () => {
    const room = newRoom();
    const account = await register(a);
    const phone = await enter(a, room, account);
    const laptop = await enter(b, room, account);
    const sent = await ask(phone.socket, 'sendMessage', { text: 'mine', tempId: 'mine-1' });
    await laptop.log.reached(sent.seq);
    assert.equal(laptop.log.events.at(-1).tempId, 'mine-1');
    // The same send again, on the other server: the first id.
    const again = await ask(laptop.socket, 'sendMessage', { text: 'mine', tempId: 'mine-1', room });
    assert.equal(again.id, sent.id);
    const next = await ask(laptop.socket, 'sendMessage', 'next');
    assert.equal(next.seq, sent.seq + 1);
  });

  test('hear of mentions and unread messages on devices elsewhere, and not of what they read', async () => {
    const room = newRoom();
    const account = await register(b);
    const away = await enter(b, room, account);
    await ask(away.socket, 'leave', { room });
    close(away.socket);
    const phone = await connect(b, { token: account.token });
    const mention = nextEvent(phone, 'mention');
    const unread = collect(phone, 'unread');
    const sender = await enter(a, room);
    // The device watches its rooms from a moment after it has connected.
    let sends = 0;
    await waitFor(async () => {
      await ask(sender.socket, 'sendMessage', `hello @${account.name}`);
      sends += 1;
      return unread.items.length > 0;
    }, { everyMs: 300, what: 'unread comes' });
    assert.equal((await mention).room, room);
    await unread.next(({ count }) => count === sends);

    // Reading on a third server: the phone hears nothing while that device is in the room ...
    const laptop = await enter(c, room, account);
    const { seq } = await ask(sender.socket, 'sendMessage', 'read elsewhere');
    await laptop.log.reached(seq);
    await ask(laptop.socket, 'markRead', { room, seq });
    const quiet = unread.items.length;
    await ask(laptop.socket, 'leave', { room });
    close(laptop.socket);
    // ... and counts from where it has read afterwards.
    const { seq: after } = await ask(sender.socket, 'sendMessage', 'one more');
    const last = await unread.next(({ seq: at }) => at >= after);
    assert.equal(last.count, 1, JSON.stringify(unread.items.slice(quiet)));
  });

  test('may come and go while others send, and get neither hole nor repetition', async () => {
    const room = newRoom();
    const senders = await Promise.all([a, b, c].map((server) => enter(server, room)));
    let sending = true;
    const sends = senders.map(async ({ socket }) => {
      while (sending) await ask(socket, 'sendMessage', 'on and on');
    });
    for (let i = 0; i < 30; ++i) {
      const socket = await connect([a, b, c][i % 3]);
      const seqs = [];
      socket.on('message', ({ seq, room: of }) => {
        if (of === room && seq !== undefined) seqs.push(seq);
      });
      const history = nextEvent(socket, 'messageHistory');
      await ask(socket, 'join', { name: `visitor${i}`, room });
      const { seq, messages } = await history;
      await waitFor(() => seqs.length > 20);
      const behind = seqs.filter((one) => one <= seq);
      assert.deepEqual(behind, [], `history stood at ${seq}`);
      assert.deepEqual(seqs, seqs.map((_, n) => seq + 1 + n));
      assert.equal(messages.at(-1)?.seq ?? 0, seq);
      close(socket);
    }
    sending = false;
    await Promise.all(sends);
  });

  test('find what others have just made: sessions, rooms, members, messages', async () => {
    for (let i = 0; i < 10; ++i) {
      const account = await register(a);
      const bearer = { token: account.token };
      assert.equal((await b.get('/api/users/me', bearer)).status, 200);
      const room = newRoom();
      assert.equal((await a.post('/api/rooms/create', { roomName: room, name: room }, bearer)).status, 201);
      const listed = async (server) => (await server.get('/api/rooms')).json.rooms.find(({ name }) => name === room);
      assert.equal((await listed(b)).memberCount, 1);
      assert.equal((await listed(c)).memberCount, 1);
      const other = await register(b);
      assert.equal((await c.post('/api/rooms/join', { roomName: room }, { token: other.token })).status, 200);
      assert.equal((await listed(a)).memberCount, 2);

      const { socket } = await enter(a, room, account);
      for (const text of ['one', 'two']) {
        await ask(socket, 'sendMessage', text);
        for (const server of [b, c]) {
          const { json } = await server.get(`/api/rooms/${room}/messages?limit=20`, bearer);
          assert.equal(json.messages.at(-1).text, text);
        }
      }

      const patched = await a.request('PATCH', '/api/users/me', { ...bearer, body: { statusText: `at ${i}` } });
      assert.equal(patched.status, 200, patched.text);
      for (const server of [b, c]) assert.equal((await server.get('/api/users/me', bearer)).status, 200);
      assert.equal((await a.post('/api/auth/logout', {}, bearer)).status, 200);
      for (const server of [a, b, c]) assert.equal((await server.get('/api/users/me', bearer)).status, 401);
      close(socket);
    }
  });
});

describe('a Socket.IO server for Node.js on the same Redis', { skip: withoutPostgres }, () => {
  test('gives its sockets our events, and ours its own', async () => {
    const cluster = await startCluster(2);
    const [a, b] = cluster.servers;
    const node = await startNodeServer(cluster.redis.url);
    node.io.on('connection', (socket) => socket.join('tea'));
    const theirs = await connect(node);
    const seen = {};
    for (const event of ['message', 'messageEdited', 'messageDeleted', 'reactionUpdated']) seen[event] = collect(theirs, event);

    const ada = await enter(a, 'tea');
    const bob = await enter(b, 'tea');
    const first = await ask(ada.socket, 'sendMessage', { text: 'héllo 👋', tempId: 't1' });
    const { timestamp } = await seen.message.next(({ id }) => id === first.id);
    assert.equal(timestamp, first.timestamp);
    const at = (event) => bob.log.events.findLast((one) => one.event === event);
    await bob.log.reached(1);
    const plain = ({ event, ...rest }) => rest;
    assert.deepEqual(seen.message.items[0], plain(at('message')), 'what a client of ours gets');

    await ask(bob.socket, 'react', { id: first.id, emoji: '👍', on: true });
    await ask(ada.socket, 'editMessage', { id: first.id, text: 'hello' });
    await ask(ada.socket, 'deleteMessage', { id: first.id });
    await bob.log.reached(4);
    for (const event of ['reactionUpdated', 'messageEdited', 'messageDeleted']) {
      assert.deepEqual(await seen[event].next(), plain(at(event)));
    }

    const heard = [ada, bob].map(({ socket }) => nextEvent(socket, 'news'));
    node.io.to('tea').emit('news', { from: 'node' });
    for (const one of heard) assert.deepEqual(await one, { from: 'node' });
    await cluster.stop();
  });
});
