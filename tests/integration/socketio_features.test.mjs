// Every feature of the library through the official clients, 4.8 and 2.5, on each transport.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { close, collect, connect, emitWithAck, everyClient, nextEvent } from './lib/clients.mjs';
import { startProgram } from './lib/programs.mjs';
import { waitFor } from './lib/wait.mjs';

const server = await startProgram('socketio_feature_server', ['--threads', 2]);
const echoOf = async (socket, ...args) => {
  const answer = new Promise((resolve) => socket.once('echo', (...values) => resolve(values)));
  socket.emit('echo', ...args);
  return answer;
};
/** The arguments of the next `event`. */
const argsOf = (socket, event) => new Promise((resolve) => socket.once(event, (...values) => resolve(values)));
/** An emit that has come back: everything sent to this client before has arrived. */
const settled = (socket) => emitWithAck(socket, 'echo-ack', 'settled');

for (const options of everyClient) {
  describe(`socket.io-client ${options.version} on ${options.transport}`, () => {
    const open = (more) => connect(server, { ...options, ...more });

    test('echoes values of every kind', async () => {
      const socket = await open();
      const args = ['text é😀', 1, -2.5, true, null, { a: { b: [1, 'x', {}] } }, [], 1e21, 9007199254740991];
      assert.deepEqual(await echoOf(socket, ...args), args);
      assert.deepEqual(await echoOf(socket), []);
      close(socket);
    });

    test('carries binary both ways, with acknowledgements', async () => {
      const socket = await open();
      const small = Buffer.from([1, 2, 3, 255, 0]);
      const large = Buffer.alloc(100_000, 7);
      const [first, deep] = await echoOf(socket, small, { deep: [large, 'x'] });
      assert.deepEqual(Buffer.from(first), small);
      assert.deepEqual(Buffer.from(deep.deep[0]), large);
      assert.equal(deep.deep[1], 'x');
      const [back] = await emitWithAck(socket, 'echo-ack', large);
      assert.deepEqual(Buffer.from(back), large);
      close(socket);
    });

    test('asks the client and gets its acknowledgement, or a time-out', async () => {
      const socket = await open();
      socket.once('question', (a, b, answer) => answer(b, Buffer.from(a)));
      const answered = argsOf(socket, 'answered');
      socket.emit('ask', 10_000, Buffer.from('bytes'), 'b');
      const [error, b, bytes] = await answered;
      assert.equal(error, null);
      assert.equal(b, 'b');
      assert.equal(String(Buffer.from(bytes)), 'bytes');

      const silent = argsOf(socket, 'answered');
      socket.emit('ask', 50);
      assert.deepEqual(await silent, ['timeout']);
      close(socket);
    });

    test('keeps the order of many messages', async () => {
      const socket = await open();
      const seen = collect(socket, 'echo');
      for (let i = 0; i < 500; ++i) socket.emit('echo', i);
      await seen.next((i) => i === 499);
      assert.deepEqual(seen.items, Array.from({ length: 500 }, (_, i) => i));
      close(socket);
    });

    test('is refused by middleware, with message and data', async () => {
      await assert.rejects(open({ namespace: '/guarded', token: 'bad' }), (error) => {
        if (options.version === 4) assert.equal(error.message, 'wrong token');
        assert.equal(options.version === 4 ? error.data.code : error.code, 'AUTH_FAILED');
        return true;
      });
      await assert.rejects(open({ namespace: '/guarded' }), /no token/);
      await assert.rejects(open({ namespace: '/nowhere' }), /Invalid namespace/);
    });

    test('is let through by middleware that decides later, and keeps its early room and handshake', async () => {
      const socket = await open({ namespace: '/guarded', token: 'slow' });
      const [found] = await emitWithAck(socket, 'fetch', { to: ['early'] });
      assert.ok(found.length >= 1);
      const [handshake] = await emitWithAck(socket, 'handshake');
      if (options.version === 4) assert.deepEqual(handshake.auth, { token: 'slow' });
      assert.match(handshake.query, /EIO=[34]/);
      assert.equal(handshake.address, '127.0.0.1');
      close(socket);
    });

    test('joins namespaces made by predicate', async () => {
      const socket = await open({ namespace: '/dynamic-7' });
      assert.deepEqual(await echoOf(socket, 'hi'), ['hi']);
      close(socket);
    });

    test('uses several namespaces over one connection', async () => {
      const main = await open();
      const dynamic = main.io.socket('/dynamic-8');
      const welcome = argsOf(dynamic, 'welcome');
      assert.equal((await welcome)[1], '/dynamic-8');
      assert.deepEqual(await echoOf(dynamic, 1), [1]);
      assert.deepEqual(await echoOf(main, 2), [2]);
      dynamic.disconnect();
      assert.deepEqual(await echoOf(main, 3), [3]);
      close(main);
    });

    test('goes on after an event whose handler throws, and gives unknown events to the rest', async () => {
      const socket = await open();
      socket.emit('throw');
      const unhandled = argsOf(socket, 'unhandled');
      socket.emit('something else', 1);
      assert.deepEqual(await unhandled, ['something else', 1]);
      await emitWithAck(socket, 'reply-on-own-handler');
      const back = argsOf(socket, 'own-back');
      socket.emit('own', 'x');
      assert.deepEqual(await back, ['x']);
      close(socket);
    });
  });
}

describe('rooms and broadcasts, all kinds of clients together', () => {
  const everyone = () => Promise.all(everyClient.map((options) => connect(server, { ...options, namespace: '/dynamic-rooms' })));
  const collectAll = (sockets, event) => sockets.map((socket) => collect(socket, event));
  const idOf = async (socket) => (await emitWithAck(socket, 'join'))[0][0];

  test('rooms, to, except, volatile', async () => {
    const sockets = await everyone();
    const [a, b, c, d, e, f] = sockets;
    for (const socket of [a, b, c, d]) await emitWithAck(socket, 'join', 'tea');
    assert.deepEqual((await emitWithAck(d, 'join', 'cake'))[0].slice(1), ['tea', 'cake']);
    await emitWithAck(e, 'join', 'cake');
    const heard = collectAll(sockets, 'news');
    const counts = async (expected) => {
      await waitFor(() => heard.every((h, i) => h.items.length >= expected[i]), { what: `news ${expected}` });
      await Promise.all(sockets.map(settled));
      assert.deepEqual(heard.map((h) => h.items.length), expected);
      for (const h of heard) h.clear();
    };
    a.emit('say', { to: ['tea'] }, 'news', 1);
    await counts([0, 1, 1, 1, 0, 0]);
    a.emit('shout', { to: ['tea', 'cake'] }, 'news', 2);
    await counts([1, 1, 1, 1, 1, 0]);
    f.emit('say', { to: ['tea'], except: ['cake'] }, 'news', 3);
    await counts([1, 1, 1, 0, 0, 0]);
    f.emit('say', {}, 'news', 4);
    await counts([1, 1, 1, 1, 1, 0]);
    f.emit('shout', { to: [await idOf(b)] }, 'news', 5);
    await counts([0, 1, 0, 0, 0, 0]);
    f.emit('shout', { to: ['tea'] }, 'news', Buffer.from('bytes'));
    await counts([1, 1, 1, 1, 0, 0]);
    assert.deepEqual((await emitWithAck(d, 'leave', 'tea'))[0].slice(1), ['cake']);
    f.emit('shout', { to: ['tea'] }, 'news', 6);
    await counts([1, 1, 1, 0, 0, 0]);
    // Sockets on WebSocket are idle and so ready.
    await waitFor(async () => {
      f.emit('shout', { to: ['tea'], volatile: true }, 'news', 7);
      await settled(f);
      return heard[1].items.length > 0;
    });
    sockets.forEach(close);
  });

  test('acknowledgements of many', async () => {
    const sockets = await everyone();
    for (const [i, socket] of sockets.entries()) {
      await emitWithAck(socket, 'join', 'quiz');
      socket.on('question', (text, answer) => answer(text, i));
    }
    const [error, answers] = await emitWithAck(sockets[0], 'ask-all', { to: ['quiz'] }, 10_000, 'who?');
    assert.equal(error, null);
    assert.deepEqual(answers.sort((x, y) => x[1] - y[1]), sockets.map((_, i) => ['who?', i]));
    sockets[2].off('question');
    const [late, some] = await emitWithAck(sockets[0], 'ask-all', { to: ['quiz'] }, 300, 'again?');
    assert.equal(late, 'timeout');
    assert.equal(some.length, sockets.length - 1);
    sockets.forEach(close);
  });

  test('the server fetches, moves and disconnects sockets wherever they live', async () => {
    const sockets = await everyone();
    const ids = await Promise.all(sockets.map(idOf));
    for (const socket of sockets.slice(0, 3)) await emitWithAck(socket, 'join', 'x');
    const fetchIds = async (to) => (await emitWithAck(sockets[5], 'fetch', { to }))[0].map(({ id }) => id).sort();
    assert.deepEqual(await fetchIds(['x']), ids.slice(0, 3).sort());
    sockets[5].emit('sockets-join', { to: ['x'] }, 'y');
    sockets[5].emit('sockets-leave', { to: [ids[0]] }, 'y');
    assert.deepEqual(await fetchIds(['y']), ids.slice(1, 3).sort());
    const reasons = sockets.slice(1, 3).map((socket) => nextEvent(socket, 'disconnect'));
    sockets[5].emit('disconnect-sockets', { to: ['y'] }, false);
    assert.deepEqual(await Promise.all(reasons), ['io server disconnect', 'io server disconnect']);
    assert.equal(sockets[0].connected, true);
    sockets.forEach(close);
  });

  test('a batch arrives in order, with the variants of whom they are for', async () => {
    const sockets = await everyone();
    for (const socket of sockets) await emitWithAck(socket, 'join', 'lines');
    await emitWithAck(sockets[3], 'join', 'author');
    await emitWithAck(sockets[4], 'join', 'author');
    const seen = sockets.map(() => []);
    sockets.forEach((socket, i) => {
      for (const event of ['line', 'mine']) socket.on(event, (n) => seen[i].push(`${event} ${n}`));
    });
    sockets[0].emit('batch', 'lines', 'author', 50);
    await waitFor(() => seen.every((lines) => lines.length === 50), { what: 'all lines' });
    seen.forEach((lines, i) => {
      const own = i === 3 || i === 4;
      assert.deepEqual(lines, Array.from({ length: 50 }, (_, n) => `${own && n % 2 ? 'mine' : 'line'} ${n}`));
    });
    sockets.forEach(close);
  });
});

test('a client cannot join more namespaces than allowed', async () => {
  const main = await connect(server);
  for (const name of ['/dynamic-b', '/dynamic-c', '/dynamic-d']) await argsOf(main.io.socket(name), 'welcome');
  const [error] = await argsOf(main.io.socket('/dynamic-e'), 'connect_error');
  assert.equal(error.message, 'Too many namespaces');
  close(main);
});
