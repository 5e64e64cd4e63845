// How connections begin and end: the reasons that both sides hear, time-outs, reconnection.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { close, collect, connect, connected, emitWithAck, everyClient, nextEvent, openClient } from './lib/clients.mjs';
import { openRaw } from './lib/raw_socketio.mjs';
import { startProgram } from './lib/programs.mjs';

const server = await startProgram('socketio_feature_server', ['--ping-interval', 200, '--ping-timeout', 300, '--connect-timeout', 400]);

/** Every disconnection that the server notices: ids and reasons. */
async function observer() {
  const socket = await connect(server, { namespace: '/observer', version: 4 });
  const gone = [];
  socket.on('gone', (id, nsp, reason, rooms) => gone.push({ id, nsp, reason, rooms }));
  const wait = collect(socket, 'gone');
  return {
    async reasonOf(id) {
      await wait.next((goneId) => goneId === id);
      return gone.find((entry) => entry.id === id);
    },
    close: () => close(socket),
  };
}

const idOf = async (socket) => (await emitWithAck(socket, 'join'))[0][0];

for (const options of everyClient) {
  const name = `${options.version} on ${options.transport}`;

  test(`client ${name}: both sides name the same ends`, async () => {
    const watch = await observer();
    const ends = async (act) => {
      const socket = await connect(server, options);
      const id = await idOf(socket);
      const heard = nextEvent(socket, 'disconnect');
      act(socket);
      const [client, { reason, rooms }] = await Promise.all([heard, watch.reasonOf(id)]);
      assert.deepEqual(rooms, []);
      close(socket);
      return { client, server: reason };
    };
    assert.deepEqual(await ends((s) => s.disconnect()), { client: 'io client disconnect', server: 'client namespace disconnect' });
    assert.deepEqual(await ends((s) => s.emit('disconnect-me', false)), { client: 'io server disconnect', server: 'server namespace disconnect' });
    assert.deepEqual(await ends((s) => s.emit('disconnect-me', true)), { client: 'io server disconnect', server: 'server namespace disconnect' });
    watch.close();
  });

  test(`client ${name}: comes back by itself after a broken connection, as a new socket`, async () => {
    const watch = await observer();
    const socket = await connect(server, { ...options, reconnection: true, reconnectionDelay: 10, reconnectionDelayMax: 20 });
    const first = await idOf(socket);
    const again = nextEvent(socket, 'connect');
    socket.io.engine.close();
    await again;
    assert.notEqual(await idOf(socket), first);
    assert.equal((await watch.reasonOf(first)).reason, 'transport close');
    close(socket);
    watch.close();
  });
}

test('a connection that breaks the protocol ends with "parse error", one that falls silent with "ping timeout"', async () => {
  const watch = await observer();
  const broken = await openRaw(server);
  broken.send('0');
  const brokenId = JSON.parse((await broken.next()).slice(1)).sid;
  broken.send('2{}');
  assert.equal((await watch.reasonOf(brokenId)).reason, 'parse error');

  const silent = await openRaw(server);
  silent.send('0');
  const silentId = JSON.parse((await silent.next()).slice(1)).sid;
  silent.ws.removeAllListeners('message'); // no pong any more
  assert.equal((await watch.reasonOf(silentId)).reason, 'ping timeout');

  const cut = await openRaw(server);
  cut.send('0');
  const cutId = JSON.parse((await cut.next()).slice(1)).sid;
  cut.ws.terminate();
  assert.equal((await watch.reasonOf(cutId)).reason, 'transport close');
  watch.close();
});

test('a connection that joins no namespace in time is closed', async () => {
  const idle = await openRaw(server);
  await idle.waitForClose();
  const refused = await openRaw(server);
  refused.send('0/nowhere,');
  assert.match(await refused.next(), /Invalid namespace/);
  await refused.waitForClose();
});

test('middleware that never answers ends with the connect time-out', async () => {
  const waiting = await openRaw(server);
  waiting.send('0/guarded,{"token":"never"}');
  await waiting.waitForClose();
});

test('middleware that throws refuses', async () => {
  await assert.rejects(connect(server, { namespace: '/guarded', token: 'throw' }), /Internal error/);
});

test('clients come back to a server that was away, with their rooms gone', async () => {
  let other = await startProgram('socketio_feature_server');
  const { port } = other;
  const socket = openClient(other, { reconnection: true, reconnectionDelay: 10, reconnectionDelayMax: 20 });
  await connected(socket);
  await emitWithAck(socket, 'join', 'tea');
  const gone = nextEvent(socket, 'disconnect');
  assert.deepEqual(await other.stop(), { code: 0, signal: null });
  assert.equal(await gone, 'transport close');
  other = await startProgram('socketio_feature_server', ['--port', port]);
  await connected(socket);
  assert.equal((await emitWithAck(socket, 'join'))[0].length, 1);
  close(socket);
});
