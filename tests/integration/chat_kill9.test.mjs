// The promise of the room log under the worst that can happen to a process: kill -9 in the middle of everything, twenty
// times, always on the same data. Clients do what docs/protocol.md asks of them: they keep what is not acknowledged and send
// it again with the same tempId, and they come back by `join` with lastSeq.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ask, openClient } from './lib/clients.mjs';
import { Random, seedOfRun } from './lib/random.mjs';
import { RoomReplica, freshView } from './lib/room_replica.mjs';
import { startServer } from './lib/server.mjs';
import { waitFor } from './lib/wait.mjs';

const kRounds = 20;
const kInFlight = 8;
const kRooms = ['tea', 'coffee'];

/** Somebody who never stops writing, in two rooms, and loses nothing on purpose. */
class Writer {
  constructor(server, { name, ...options }) {
    this.name = name;
    this.outbox = new Map(); // tempId -> { room, text, sentOn }: not acknowledged yet, oldest first
    this.acknowledged = new Map(); // tempId -> { id, room, text }
    this.written = 0;
    this.retries = 0;
    this.connection = 0;
    this.ready = false;
    this.writing = true;
    this.errors = [];
    this.socket = openClient(server, { reconnection: true, reconnectionDelay: 10, reconnectionDelayMax: 50, randomizationFactor: 0, ...options });
    this.views = kRooms.map((room) => new RoomReplica(room));
    for (const view of this.views) view.attach(this.socket);
    this.socket.on('connect', () => this.enter());
    // Between the answer to its probe and the upgrade the official client (4.8) has stopped polling. When the server dies in just
    // that moment it notices nothing before its ping time-out, 45 s later: it stays paused. Here it begins anew at once.
    if (options.transport === 'upgrade') {
      this.socket.io.on('open', () => this.socket.io.engine.on('upgradeError', () => this.socket.disconnect().connect()));
    }
    this.socket.on('disconnect', () => { this.ready = false; });
  }

  async enter() {
    const connection = ++this.connection;
    try {
      for (const view of this.views) await view.join({ name: this.name });
    } catch (error) {
      if (connection === this.connection && this.socket.connected) this.errors.push(error);
      return;
    }
    if (connection !== this.connection) return;
    this.ready = true;
    for (const [tempId, message] of this.outbox) {
      this.retries += 1;
      this.send(tempId, message);
    }
    this.write();
  }

  write() {
    while (this.writing && this.ready && this.outbox.size < kInFlight) {
      this.written += 1;
      const tempId = `${this.name}-${this.written}`;
      const message = { room: kRooms[this.written % kRooms.length], text: `line ${this.written} of ${this.name}` };
      this.outbox.set(tempId, message);
      this.send(tempId, message);
    }
  }

  send(tempId, { room, text }) {
    this.socket.emit('sendMessage', { text, tempId, room }, (error, result) => {
      if (error) return this.errors.push(Object.assign(new Error(error), result));
      const before = this.acknowledged.get(tempId);
      if (before) assert.equal(result.id, before.id);
      this.acknowledged.set(tempId, { id: result.id, room, text });
      this.outbox.delete(tempId);
      return this.write();
    });
  }
}

test('every acknowledged message stands once and in order after kill -9 under load, twenty times in a row', { timeout: 120_000 }, async (t) => {
  const seed = seedOfRun();
  t.diagnostic(`CHILLIN_SEED=${seed}`);
  const random = new Random(seed);
  const server = await startServer();
  const { token } = (await server.post('/api/auth/register', { username: 'grace', password: 'correct horse' })).json;
  const writers = [
    new Writer(server, { name: 'ada', transport: 'websocket' }),
    new Writer(server, { name: 'bob', transport: 'polling' }),
    new Writer(server, { name: 'cy', transport: 'upgrade' }),
    new Writer(server, { name: 'dora', version: 2, transport: 'websocket' }),
    new Writer(server, { name: 'emil', version: 2, transport: 'polling' }),
    new Writer(server, { name: 'grace', token, transport: 'websocket' }),
  ];
  const errors = () => writers.flatMap((writer) => writer.errors);
  const acknowledged = () => writers.reduce((sum, writer) => sum + writer.acknowledged.size, 0);

  for (let round = 1; round <= kRounds; ++round) {
    const enough = acknowledged() + random.between(1, 120);
    await waitFor(() => acknowledged() >= enough || errors().length > 0, { what: `round ${round}: ${enough} acknowledgements`, timeoutMs: 20_000, everyMs: 1 });
    assert.deepEqual(errors(), []);
    await server.restart({ hard: true });
  }

  // Everyone comes back once more, and finishes what was begun.
  await waitFor(() => writers.every((writer) => writer.ready) || errors().length > 0, { what: 'everyone is back', timeoutMs: 20_000 });
  for (const writer of writers) writer.writing = false;
  await waitFor(() => writers.every((writer) => writer.outbox.size === 0) || errors().length > 0, { what: 'every message is acknowledged', timeoutMs: 20_000 });
  assert.deepEqual(errors(), []);
  const retries = writers.reduce((sum, writer) => sum + writer.retries, 0);
  t.diagnostic(`${acknowledged()} messages acknowledged, ${retries} sent again after a crash`);
  assert.ok(retries > 0, 'some messages were under way when the process died');

  for (const room of kRooms) {
    const fresh = await freshView(server, room);
    const written = writers.flatMap((writer) => [...writer.acknowledged.values()].filter((message) => message.room === room));

    assert.deepEqual(fresh.messages.map((message) => message.seq), fresh.messages.map((_, index) => index + 1), `${room}: seq is dense`);
    assert.equal(fresh.seq, fresh.messages.length, `${room}: the room's seq`);
    assert.deepEqual(
      fresh.messages.map((message) => `${message.id} ${message.text}`).sort(),
      written.map((message) => `${message.id} ${message.text}`).sort(),
      `${room}: each acknowledged message once, under the id that was acknowledged, and no other`,
    );
    for (const writer of writers) {
      assert.deepEqual(
        fresh.messages.filter((message) => message.user === writer.name).map((message) => message.text),
        [...writer.acknowledged.values()].filter((message) => message.room === room).map((message) => message.text)
          .sort((a, b) => Number(a.split(' ')[1]) - Number(b.split(' ')[1])),
        `${room}: ${writer.name}'s lines in the order of writing`,
      );
      const view = writer.views.find((candidate) => candidate.room === room);
      await view.reached(fresh.seq);
      view.assertEquals(fresh, `what ${writer.name} saw of ${room}`);
    }
  }
  for (const writer of writers) writer.socket.close();
  assert.deepEqual(await server.stop(), { code: 0, signal: null });
});

test('a tempId sent again after kill -9 gets the first id, on any connection and however much later', async () => {
  const server = await startServer();
  const send = async (text) => {
    const socket = openClient(server);
    await ask(socket, 'join', { name: 'ada', room: 'tea' });
    const result = await ask(socket, 'sendMessage', { text, tempId: 'the-first' });
    socket.close();
    return result;
  };
  const first = await send('said once');
  await server.restart({ hard: true });
  const second = await send('said once');
  await server.restart({ hard: true });
  const third = await send('the text of a retry does not matter');

  assert.deepEqual([second, third], [first, first]);
  const { messages, seq } = await freshView(server, 'tea');
  assert.deepEqual(messages.map((message) => message.text), ['said once']);
  assert.equal(seq, 1);
  await server.stop();
});
