// SIGTERM with DRAIN_SECONDS: sessions go on and are moved elsewhere one after the other; and rolling restarts behind nginx.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { ask, close, collect, connect, emitWithAck, everyClient, openClient } from './lib/clients.mjs';
import { startNginx, startServers } from './lib/nginx.mjs';
import { startServer } from './lib/server.mjs';
import { waitFor, within } from './lib/wait.mjs';

const handshake = '/socket.io/?EIO=4&transport=polling';

async function drainingServer(env) {
  const server = await startServer({ env });
  const people = await Promise.all(Array.from({ length: 36 }, async (_, n) => {
    const socket = await connect(server, everyClient[n % everyClient.length]);
    await ask(socket, 'join', { name: `guest${n}`, room: 'tea' });
    const person = { socket, told: collect(socket, 'serverShutdown'), toldAt: 0, goneAt: 0 };
    socket.on('serverShutdown', () => { person.toldAt ||= Date.now(); });
    socket.on('disconnect', () => { person.goneAt = Date.now(); });
    return person;
  }));
  return { server, people };
}

describe('draining', () => {
  test('newcomers are refused at once; sessions go on, are told one after the other, and end within the time', async () => {
    const { server, people } = await drainingServer({ DRAIN_SECONDS: '4' });
    const began = Date.now();
    const stopped = server.stop({ timeoutMs: 30_000 });
    await waitFor(async () => (await server.get('/health/ready')).status === 503, { everyMs: 5, timeoutMs: 1_000 });
    assert.equal((await server.get('/health/ready')).json.status, 'draining');
    const refusal = await server.get(handshake);
    assert.deepEqual([refusal.status, refusal.json], [503, { code: 4, message: 'Server is shutting down' }]);
    await assert.rejects(connect(server, { transport: 'websocket' }));

    // Whoever is there can still do everything.
    const last = people.reduce((a, b) => (b.goneAt === 0 && b.told.items.length === 0 ? b : a));
    const sent = await ask(last.socket, 'sendMessage', { text: 'still here', tempId: 'a' });
    assert.equal(sent.seq, 1);
    assert.equal((await server.get('/api/rooms/tea/messages')).json.messages[0].text, 'still here');

    assert.deepEqual(await stopped, { code: 0, signal: null });
    assert.ok(Date.now() - began < 14_000, `${Date.now() - began} ms`);
    for (const { told } of people) assert.ok(told.items.length >= 1, 'everybody was told');
    const retries = new Set(people.map(({ told }) => told.items[0].retryAfterMs));
    assert.ok(retries.size > 25, `${retries.size} times to come back`);
    for (const retry of retries) assert.ok(retry >= 1_000 && retry < 2_000, `${retry}`);
    const times = people.map(({ toldAt }) => toldAt - began).sort((a, b) => a - b);
    assert.ok(times.at(-1) - times[0] > 1_500, `told over time: ${times.join(' ')}`);
    const largest = Math.max(...times.map((time) => times.filter((other) => other >= time && other < time + 500).length));
    assert.ok(largest < 20, `never most of them at once: ${times.join(' ')}`);
    for (const { socket } of people) close(socket);
  });

  test('it ends early when nobody is left', async () => {
    const { server, people } = await drainingServer({ DRAIN_SECONDS: '600' });
    const stopped = server.stop({ timeoutMs: 30_000 });
    await waitFor(async () => (await server.get('/health/ready')).status === 503);
    for (const { socket } of people) close(socket);
    assert.deepEqual(await stopped, { code: 0, signal: null });
  });

  for (const signal of ['SIGTERM', 'SIGINT']) {
    test(`a second signal (${signal}) ends it at once`, async () => {
      const { server, people } = await drainingServer({ DRAIN_SECONDS: '600' });
      const sent = await ask(people[0].socket, 'sendMessage', { text: 'kept', tempId: 'a' });
      server.process.kill('SIGTERM');
      await waitFor(async () => (await server.get('/health/ready')).status === 503);
      assert.equal((await server.end(signal, 5_000)).code, 1);
      assert.match(server.output, /"event":"stopped_at_once"/);
      for (const { socket } of people) close(socket);
      await server.start();
      assert.equal((await server.get('/api/rooms/tea/messages')).json.messages[0].id, sent.id, 'what was acknowledged is there');
      await server.stop();
    });
  }

  test('a server that is alone ends without delay, and still asks its clients back at different times', async () => {
    const { server, people } = await drainingServer({});
    const began = Date.now();
    assert.deepEqual(await server.stop(), { code: 0, signal: null });
    assert.ok(Date.now() - began < 10_000);
    assert.ok(new Set(people.map(({ told }) => told.items[0].retryAfterMs)).size > 25);
    for (const { socket } of people) close(socket);
  });
});

/**
 * A person who writes one line after the other, keeps each until it is acknowledged, and sends it again after a
 * reconnection, as the web client's outbox does.
 */
class Writer {
  constructor(target, client, n) {
    this.name = `writer${n}`;
    this.room = `room ${n}`;
    this.acknowledged = [];
    this.refused = [];
    this.connections = 0;
    this.written = 0;
    this.stopping = false;
    this.socket = openClient(target, { ...client, reconnection: true, reconnectionDelay: 100, reconnectionDelayMax: 1_000 });
    this.done = new Promise((resolve) => { this.finish = resolve; });
    this.socket.on('connect', () => {
      this.connections += 1;
      const own = this.connections;
      this.socket.emit('join', { name: this.name, room: this.room }, (error) => {
        if (error) this.refused.push(error);
        else if (own === this.connections) this.send();
      });
    });
  }

  send() {
    const tempId = `${this.name}-${this.written}`;
    const own = this.connections;
    this.socket.emit('sendMessage', { text: tempId, tempId, room: this.room }, (error, result) => {
      if (own !== this.connections) return;
      if (error) {
        if (result.code !== 'UNAVAILABLE') this.refused.push(error);
        return; // the connection ends soon, and it is sent again on the next one
      }
      this.acknowledged.push(tempId);
      this.written += 1;
      if (this.stopping) this.finish();
      else setTimeout(() => this.socket.connected && own === this.connections && this.send(), 20);
    });
  }

  stop() {
    this.stopping = true;
    return within(this.done, { what: `${this.name} is answered` });
  }
}

test('a rolling restart of both servers: no acknowledged message is lost, and who asks is always answered', async () => {
  const servers = await startServers(2, { DRAIN_SECONDS: '3' });
  const nginx = await startNginx(servers);
  const writers = Array.from({ length: 18 }, (_, n) => new Writer(nginx, everyClient[n % everyClient.length], n));
  await waitFor(() => writers.every((writer) => writer.acknowledged.length > 3), { what: 'all are writing' });

  // Somebody who loads a page and somebody who comes in, over and over.
  let going = true;
  const failures = [];
  const counts = { pages: 0, newcomers: 0 };
  const pages = (async () => {
    while (going) {
      for (const target of ['/', '/api/rooms']) {
        const { status } = await nginx.get(target).catch((error) => ({ status: error.message }));
        if (status !== 200) failures.push(`${target}: ${status}`);
      }
      counts.pages += 1;
    }
  })();
  const newcomers = (async () => {
    while (going) {
      const client = everyClient[counts.newcomers % everyClient.length];
      const socket = await connect(nginx, { ...client, transport: client.transport === 'upgrade' ? 'polling' : client.transport }).catch((error) => failures.push(`newcomer: ${error.message}`));
      if (socket?.close) close(socket);
      counts.newcomers += 1;
    }
  })();

  for (const server of servers) {
    assert.deepEqual(await server.stop({ timeoutMs: 30_000 }), { code: 0, signal: null });
    const before = writers.map((writer) => writer.acknowledged.length);
    await waitFor(() => writers.every((writer, n) => writer.acknowledged.length > before[n] + 3), { what: 'all write on the other one' });
    await server.start();
    await waitFor(async () => {
      const sid = JSON.parse((await nginx.get(handshake)).text.slice(1)).sid;
      return sid.slice(2).startsWith(`${server.env.SERVER_ID}_`);
    }, { what: 'newcomers go there again' });
  }
  going = false;
  await Promise.all([pages, newcomers]);
  await Promise.all(writers.map((writer) => writer.stop()));
  assert.deepEqual(failures, []);
  assert.ok(counts.pages > 20 && counts.newcomers > 20, JSON.stringify(counts));

  for (const writer of writers) {
    assert.deepEqual(writer.refused, [], writer.name);
    assert.ok(writer.connections >= 2, `${writer.name} was moved`);
    const kept = new Set();
    for (const server of servers) {
      const socket = await connect(server);
      await ask(socket, 'join', { name: `reader`, room: writer.room });
      for (let lastSeq = 0; ;) {
        const page = await ask(socket, 'sync', { room: writer.room, lastSeq });
        for (const message of page.changes) kept.add(message.text);
        lastSeq = page.seq;
        if (!page.hasMore) break;
      }
      close(socket);
    }
    for (const text of writer.acknowledged) assert.ok(kept.has(text), `${text} was acknowledged`);
    close(writer.socket);
  }
  const [error] = await emitWithAck(await connect(nginx), 'join', { name: 'ada', room: 'tea' });
  assert.equal(error, null);
  await nginx.stop();
  await Promise.all(servers.map((server) => server.stop()));
});
