// SIGTERM with DRAIN_SECONDS: sessions go on and are moved elsewhere one after the other; and rolling restarts behind nginx.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { ask, close, collect, connect, everyClient } from './lib/clients.mjs';
import { startNginx, startServers } from './lib/nginx.mjs';
import { startPostgres, withoutPostgres } from './lib/postgres.mjs';
import { freshView } from './lib/room_replica.mjs';
import { startServer } from './lib/server.mjs';
import { assertStored, SteadyWriter } from './lib/steady_writer.mjs';
import { waitFor } from './lib/wait.mjs';

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

for (const [storage, skip] of [['embedded storage of each', false], ['one PostgreSQL', withoutPostgres]]) {
  test(`a rolling restart of two servers, ${storage}: no acknowledged message is lost, and who asks is always answered`, { skip }, async () => {
    const postgres = storage === 'one PostgreSQL' ? await startPostgres() : null;
    const servers = await startServers(2, { DRAIN_SECONDS: '3', DATABASE_URL: postgres ? (await postgres.createDatabase()).url : undefined });
    const nginx = await startNginx(servers);
    const writers = everyClient.map((client, n) => new SteadyWriter(nginx, { name: `writer${n}`, room: `room ${n}`, ...client, reconnectionDelay: 100, reconnectionDelayMax: 1_000 }));
    await waitFor(() => writers.every((writer) => writer.acknowledged.size > 10), { what: 'all are writing' });

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
        const { version, transport } = everyClient[counts.newcomers % everyClient.length];
        const socket = await connect(nginx, { version, transport: transport === 'upgrade' ? 'polling' : transport }).catch((error) => { failures.push(`newcomer: ${error.message}`); });
        if (socket) close(socket);
        counts.newcomers += 1;
      }
    })();

    for (const server of servers) {
      assert.deepEqual(await server.stop({ timeoutMs: 30_000 }), { code: 0, signal: null });
      const before = writers.map((writer) => writer.acknowledged.size);
      await waitFor(() => writers.every((writer, n) => writer.acknowledged.size > before[n] + 10), { what: 'all write on the other one' });
      await server.start();
      await waitFor(async () => {
        const { sid } = JSON.parse((await nginx.get(handshake)).text.slice(1));
        return sid.slice(2).startsWith(`${server.env.SERVER_ID}_`);
      }, { what: 'newcomers go there again' });
    }
    going = false;
    await Promise.all([pages, newcomers]);
    for (const writer of writers) writer.writing = false;
    await waitFor(() => writers.every((writer) => writer.outbox.size === 0), { what: 'everything is acknowledged' });
    assert.deepEqual(failures, []);
    assert.ok(counts.pages > 20 && counts.newcomers > 20, JSON.stringify(counts));

    for (const writer of writers) {
      assert.deepEqual(writer.errors, [], writer.name);
      assert.ok(writer.disconnects >= 1, `${writer.name} was moved`);
      const views = await Promise.all(servers.map((server) => freshView(server, writer.room)));
      if (postgres) {
        for (const { messages } of views) assertStored(messages, [writer], writer.room);
      } else {
        const ids = views.map(({ messages }) => new Set(messages.map(({ id, text }) => `${id} ${text}`)));
        for (const { id, text } of writer.acknowledged.values()) assert.ok(ids.some((stored) => stored.has(`${id} ${text}`)), `${text} was acknowledged`);
      }
      close(writer.socket);
    }
    await ask(await connect(nginx), 'join', { name: 'ada', room: 'tea' });
    await nginx.stop();
    await Promise.all(servers.map((server) => server.stop()));
  });
}
