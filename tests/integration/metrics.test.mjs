// Every metric of docs/metrics.md moves when it should: on a server by itself, and on two that share PostgreSQL and Redis.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { ask, close, closeAll, collect, connect, emitWithAck, nextEvent, openClient } from './lib/clients.mjs';
import { enter, refusal, startCluster, withoutPostgres } from './lib/cluster.mjs';
import { catalogue, promtool, scrape } from './lib/metrics.mjs';
import { connectRedis } from './lib/node_socketio.mjs';
import { startServer } from './lib/server.mjs';
import { waitFor } from './lib/wait.mjs';

// Names that stand nowhere else, so that finding one is finding a leak.
const people = { ada: 'zqada', bob: 'zqbob', eve: 'zqeve', lazy: 'zqlazy', slow: 'zqslow' };
const rooms = { tea: 'zqtea', den: 'zqden' };
const password = 'correct horse';
const token = 'a-token-for-prometheus-0123456789';

const scraped = [];
/** A scrape whose text is looked at by the tests at the end. */
async function look(server) {
  const metrics = await scrape(server);
  scraped.push(metrics);
  return metrics;
}

/** Waits until a value has reached `least`, and fails with where it stands. */
async function reaches(server, name, labels, least = 1) {
  let last;
  await waitFor(async () => (last = (await look(server)).value(name, labels)) >= least, { what: `${name} ${JSON.stringify(labels)} reaches ${least}` }).catch((error) => {
    throw new Error(`${error.message}: it is ${last}`);
  });
}

/** A guest in a room by hand, on a polling transport that nobody polls any more. */
async function lazyPoller(server, room, name) {
  const target = '/socket.io/?EIO=4&transport=polling';
  const { sid } = JSON.parse((await server.get(target)).text.slice(1));
  const post = (packet) => server.request('POST', `${target}&sid=${sid}`, { body: packet, headers: { 'content-type': 'text/plain' } });
  await post('40');
  await server.get(`${target}&sid=${sid}`);
  await post(`42["join",${JSON.stringify({ name, room })}]`);
  return { sid };
}

describe('a server by itself', () => {
  let server;
  let ada;
  before(async () => {
    server = await startServer({ env: { MAX_MESSAGE_LENGTH: '5000', IO_THREADS: '1', METRICS_TOKEN: token } });
    await server.post('/api/auth/register', { username: people.ada, password });
    const { json } = await server.post('/api/auth/login', { username: people.ada, password });
    ada = await connect(server, { token: json.token });
    await ask(ada, 'join', { name: people.ada, room: rooms.tea });
  });
  after(() => server.stop());

  test('log-ins and registrations by result', async () => {
    assert.equal((await server.post('/api/auth/login', { username: people.ada, password: 'guessing' })).status, 401);
    assert.equal((await server.post('/api/auth/register', { username: people.ada, password })).status, 409);
    const now = await look(server);
    for (const name of ['chillin_logins_total', 'chillin_registrations_total']) {
      assert.equal(now.value(name, { result: 'ok' }), 1, name);
      assert.equal(now.value(name, { result: 'refused' }), 1, name);
    }
    assert.ok(now.value('chillin_cache_requests_total', { cache: 'sessions' }) > 0);
  });

  test('connections by transport and revision, and none when all have gone', async () => {
    const clients = await Promise.all([
      connect(server, { transport: 'polling' }), connect(server, { transport: 'polling', version: 2 }),
      connect(server, { transport: 'websocket', version: 2 }), connect(server, { transport: 'upgrade' }),
    ]);
    const now = await look(server);
    assert.equal(now.value('chillin_connections', { transport: 'polling', protocol: '4' }), 1);
    assert.equal(now.value('chillin_connections', { transport: 'polling', protocol: '3' }), 1);
    assert.equal(now.value('chillin_connections', { transport: 'websocket', protocol: '3' }), 1);
    assert.equal(now.value('chillin_connections', { transport: 'websocket', protocol: '4' }), 2);
    assert.equal(now.value('chillin_upgrades_total'), 1);
    assert.equal(now.value('chillin_handshakes_total'), 5);
    assert.equal(now.value('chillin_sockets'), 5);
    for (const name of ['chillin_received_bytes_total', 'chillin_sent_bytes_total']) assert.ok(now.value(name) > 0, name);
    clients.forEach(close);
    await waitFor(async () => (await look(server)).value('chillin_connections') === 1, { what: 'one is left' });
    // A loop hands these on now and then, and when a session ends.
    for (const name of ['chillin_packets_received_total', 'chillin_packets_sent_total']) await reaches(server, name, {});
    assert.equal((await server.get('/socket.io/?EIO=7&transport=polling')).status, 400);
    assert.equal((await look(server)).value('chillin_handshakes_refused_total', { reason: 'protocol' }), 1);
  });

  test('deliveries, their latency, sends by code and events by name', async () => {
    const start = await look(server);
    const bob = await connect(server, { transport: 'polling' });
    await ask(bob, 'join', { name: people.bob, room: rooms.tea });
    const heard = collect(bob, 'message');
    const { id, seq } = await ask(ada, 'sendMessage', { text: 'one', tempId: 't1' });
    await ask(ada, 'sendMessage', { text: 'one', tempId: 't1' });
    assert.equal(await refusal(ask(ada, 'sendMessage', { text: '', tempId: 't2' })), 'MESSAGE_EMPTY');
    await heard.next((message) => message.id === id);
    await ask(ada, 'editMessage', { id, text: 'two' });
    await ask(ada, 'react', { id, emoji: '👍', on: true });
    await ask(ada, 'markRead', { room: rooms.tea, seq });
    await ask(ada, 'sync', { room: rooms.tea, lastSeq: 0 });
    await ask(ada, 'loadHistory', { room: rooms.tea, limit: 5 });
    await ask(ada, 'setStatus', { status: 'busy' });
    for (const event of ['typing', 'stopTyping']) await emitWithAck(ada, event);
    const deleted = nextEvent(bob, 'messageDeleted');
    await ask(ada, 'deleteMessage', { id });
    await deleted;
    await ask(bob, 'leave', { room: rooms.tea });
    close(bob);

    const now = await look(server);
    const more = (name, labels) => now.value(name, labels) - start.value(name, labels);
    // Four changes for two devices; told when the kernel has been offered them, which the client may see first.
    await reaches(server, 'chillin_deliveries_total', { path: 'same_server' }, start.value('chillin_deliveries_total') + 8);
    await reaches(server, 'chillin_delivery_latency_seconds', { path: 'same_server' }, start.value('chillin_deliveries_total') + 8);
    assert.equal(more('chillin_sends_total', { code: 'OK' }), 1);
    assert.equal(more('chillin_sends_total', { code: 'DUPLICATE' }), 1);
    assert.equal(more('chillin_sends_total', { code: 'MESSAGE_EMPTY' }), 1);
    assert.equal(more('chillin_events_refused_total', { event: 'sendMessage', code: 'MESSAGE_EMPTY' }), 1);
    assert.equal(more('chillin_event_duration_seconds', { event: 'sendMessage' }), 3);
    for (const event of ['join', 'leave', 'typing', 'stopTyping', 'loadHistory', 'sync', 'editMessage', 'deleteMessage', 'react', 'markRead', 'setStatus']) {
      assert.equal(more('chillin_event_duration_seconds', { event }), 1, event);
    }
    for (const name of ['chillin_storage_commits_total', 'chillin_storage_writes_total', 'chillin_storage_commit_duration_seconds', 'chillin_storage_batch_writes']) {
      assert.ok(more(name) >= 4, name);
    }
    assert.ok(more('chillin_database_statement_duration_seconds', { statement: 'insert_messages' }) >= 1);
    assert.ok(now.value('chillin_database_wait_seconds', { pool: 'read' }) > 0);
    for (const cache of ['rooms', 'room_feed', 'history']) assert.ok(now.value('chillin_cache_requests_total', { cache }) > 0, cache);
    assert.ok(now.value('chillin_cache_requests_total', { cache: 'room_feed', result: 'hit' }) > 0);
    const seconds = now.samples.find((sample) => sample.name === 'chillin_delivery_latency_seconds_sum' && sample.labels.path === 'same_server').value;
    assert.ok(seconds > 0 && seconds < 30 * now.value('chillin_delivery_latency_seconds'), `${seconds}`);
  });

  test('slow readers on both transports, and the bytes that wait for them', async () => {
    await lazyPoller(server, rooms.tea, people.lazy);
    const slow = openClient(server, { transport: 'websocket' });
    await waitFor(() => slow.connected);
    await ask(slow, 'join', { name: people.slow, room: rooms.tea });
    slow.io.engine.transport.ws._socket.pause();
    let most = 0;
    const closed = async (transport) => (await look(server)).value('chillin_slow_readers_closed_total', { transport }) > 0;
    for (let n = 0; n < 100 && !((await closed('polling')) && (await closed('websocket'))); ++n) {
      await Promise.all(Array.from({ length: 20 }, (_, k) => ask(ada, 'sendMessage', { text: `${n}-${k} `.padEnd(5_000, '👍') })));
      most = Math.max(most, (await look(server)).value('chillin_send_queue_bytes'));
    }
    const now = await look(server);
    for (const transport of ['polling', 'websocket']) assert.equal(now.value('chillin_slow_readers_closed_total', { transport }), 1, transport);
    assert.ok(most > 100_000, `${most} bytes at most`);
    // Paused, it would wait 30 s for an answer to its close frame.
    slow.io.engine.transport?.ws._socket.resume();
    close(slow);
    // Every byte that was queued was sent or given up: the answer to the scrape itself is not yet queued when it is made.
    await waitFor(async () => (await look(server)).value('chillin_send_queue_bytes') === 0, { what: 'nothing is queued any more' });
  });

  test('the process', async () => {
    const now = await look(server);
    assert.ok(now.value('process_cpu_seconds_total') > 0);
    assert.ok(now.value('process_virtual_memory_bytes') > now.value('process_resident_memory_bytes'));
    assert.ok(now.value('process_open_fds') > 5 && now.value('process_open_fds') < now.value('process_max_fds'));
    const age = Date.now() / 1000 - now.value('process_start_time_seconds');
    assert.ok(age > -2 && age < 3_600, `${age} s old`);
    assert.equal(now.value('chillin_build_info'), 1);
    assert.equal(now.value('chillin_blob_store_up'), 1);
  });

  test('only this machine reads them, or whoever has the token', async () => {
    const get = (headers, from = server) => from.get('/metrics', { headers });
    assert.equal((await get({})).status, 200);
    // As a proxy of this machine passes on what comes from elsewhere.
    const forwarded = { 'x-forwarded-for': '203.0.113.9' };
    const refused = await get(forwarded);
    assert.equal(refused.status, 401);
    assert.equal(refused.json.code, 'AUTH_REQUIRED');
    assert.equal(refused.headers['www-authenticate'], 'Bearer');
    assert.equal((await get({ ...forwarded, authorization: `Bearer ${token}x` })).status, 401);
    assert.equal((await get({ ...forwarded, authorization: 'Bearer ' })).status, 401);
    assert.equal((await get({ ...forwarded, authorization: `Bearer ${token}` })).status, 200);
    const none = await startServer({ env: { METRICS: 'false' } });
    assert.equal((await get({}, none)).status, 404);
    await none.stop();
  });
});

describe('limits', () => {
  test('each is counted by its name, and so are refused handshakes', async () => {
    const once = '1/600';
    const server = await startServer({ env: { MESSAGE_RATE_LIMIT: once, AUTH_RATE_LIMIT: '4/600', ROOM_RATE_LIMIT: once, HANDSHAKE_RATE_LIMIT: '3/600' } });
    assert.equal((await server.post('/api/auth/register', { username: people.ada, password })).status, 201);
    const { json } = await server.post('/api/auth/login', { username: people.ada, password });
    const ada = await connect(server, { token: json.token });
    await server.post('/api/rooms/create', { name: rooms.den, isPrivate: true, password }, { token: json.token });
    await server.post('/api/rooms/create', { name: rooms.tea }, { token: json.token });
    const eve = await connect(server);
    await ask(ada, 'join', { room: rooms.den, name: people.ada });
    await ask(ada, 'sendMessage', 'one');
    assert.equal(await refusal(ask(ada, 'sendMessage', 'two')), 'RATE_LIMITED');
    await waitFor(async () => (await refusal(ask(eve, 'join', { room: rooms.den, name: people.eve, password: 'wrong' }))) === 'RATE_LIMITED', { what: 'the guessing is limited' });
    await waitFor(async () => (await refusal(ask(ada, 'sync', { room: rooms.den, lastSeq: 0 }))) === 'RATE_LIMITED', { what: 'actions are limited' });
    await waitFor(async () => (await server.post('/api/uploads', { name: 'a.txt', size: 1, type: 'text/plain' }, { token: json.token })).status === 429, { what: 'uploads are limited' });
    for (const target of ['/api/auth/login', '/api/auth/register']) {
      await waitFor(async () => (await server.post(target, { username: people.ada, password })).status === 429, { what: target });
    }
    await waitFor(async () => (await server.get('/socket.io/?EIO=4&transport=polling')).status === 429, { what: 'handshakes are limited' });

    const now = await look(server);
    for (const limit of ['message', 'action', 'auth', 'room', 'room_password', 'upload', 'handshake']) {
      assert.ok(now.value('chillin_rate_limited_total', { limit }) > 0, limit);
    }
    for (const name of ['chillin_logins_total', 'chillin_registrations_total']) assert.ok(now.value(name, { result: 'rate_limited' }) > 0, name);
    assert.ok(now.value('chillin_handshakes_refused_total', { reason: 'rate_limit' }) > 0);
    assert.equal(now.value('chillin_sends_total', { code: 'RATE_LIMITED' }), 1);
    await server.stop();
  });

  test('a server that goes away says so', async () => {
    const server = await startServer({ env: { DRAIN_SECONDS: '600' } });
    await connect(server);
    assert.equal((await look(server)).value('chillin_draining'), 0);
    server.process.kill('SIGTERM');
    await waitFor(async () => (await server.get('/socket.io/?EIO=4&transport=polling')).status === 503, { what: 'handshakes are refused' });
    const now = await look(server);
    assert.equal(now.value('chillin_draining'), 1);
    assert.ok(now.value('chillin_handshakes_refused_total', { reason: 'draining' }) > 0);
    await server.kill();
  });
});

describe('two servers on PostgreSQL and Redis', { skip: withoutPostgres }, () => {
  let cluster;
  let a;
  let b;
  before(async () => {
    cluster = await startCluster(2, { env: { DRAIN_SECONDS: '0' } });
    [a, b] = cluster.servers;
  });
  after(() => cluster?.stop());

  test('a message has its latency on the path that it took', async () => {
    const ada = await enter(a, rooms.tea, { name: people.ada });
    const bob = await enter(b, rooms.tea, { name: people.bob });
    const { seq } = await ask(ada.socket, 'sendMessage', 'over there');
    await bob.log.reached(seq);
    await reaches(a, 'chillin_delivery_latency_seconds', { path: 'same_server' });
    await reaches(b, 'chillin_delivery_latency_seconds', { path: 'cross_server' });
    await reaches(b, 'chillin_deliveries_total', { path: 'cross_server' });
    const [here, there] = [await look(a), await look(b)];
    assert.equal(there.value('chillin_delivery_latency_seconds', { path: 'same_server' }), 0);
    const { value } = there.samples.find((one) => one.name === 'chillin_delivery_latency_seconds_sum' && one.labels.path === 'cross_server');
    assert.ok(value >= 0 && value < 30, `${value} s`);
    assert.equal(here.value('chillin_bus_published_total'), 1);
    assert.ok(there.value('chillin_bus_received_total') > 0);
    for (const name of ['chillin_bus_followed_rooms', 'chillin_redis_up', 'chillin_redis_connects_total', 'chillin_redis_commands_total']) assert.ok(here.value(name) > 0, name);
    for (const command of ['publish', 'ping', 'script_presence_join']) assert.ok(here.value('chillin_redis_command_duration_seconds', { command }) > 0, command);
  });

  test('statements, the pool and the caches', async () => {
    const { json } = await a.post('/api/auth/register', { username: people.eve, password });
    for (let i = 0; i < 2; ++i) {
      for (const target of ['/api/users/me', '/api/rooms', `/api/rooms/${rooms.tea}/messages`]) {
        assert.equal((await a.get(target, { token: json.token })).status, 200, target);
      }
    }
    const now = await look(a);
    for (const statement of ['insert_messages', 'lock_rooms', 'update_writers', 'insert_users', 'select_rooms', 'select_messages']) {
      assert.ok(now.value('chillin_database_statement_duration_seconds', { statement }) > 0, `${statement} is none of ${now.samples.filter((one) => /statement_duration_seconds_count/.test(one.name)).map((one) => one.labels.statement)}`);
    }
    for (const name of ['chillin_database_wait_seconds', 'chillin_database_reads_total', 'chillin_database_connections', 'chillin_database_connects_total', 'chillin_database_up',
      'chillin_storage_commits_total', 'chillin_storage_writes_total', 'chillin_storage_batch_writes', 'chillin_storage_commit_duration_seconds']) {
      assert.ok(now.value(name) > 0, name);
    }
    for (const cache of ['sessions', 'room_list', 'history']) {
      for (const result of ['hit', 'miss']) assert.ok(now.value('chillin_cache_requests_total', { cache, result }) > 0, `${cache} ${result}`);
    }
  });

  test('a hole that is healed from the room log', async () => {
    const ada = await enter(a, rooms.den, { name: people.ada });
    const bob = await enter(b, rooms.den, { name: people.bob });
    const redis = await connectRedis(cluster.redis.url);
    // What is said between the loss of the subscription and its return comes from the log.
    await waitFor(async () => {
      const [sent] = await Promise.all([ask(ada.socket, 'sendMessage', 'mind the gap'), redis.sendCommand(['CLIENT', 'KILL', 'TYPE', 'pubsub'])]);
      await bob.log.reached(sent.seq);
      return (await look(b)).value('chillin_bus_holes_filled_total') > 0;
    }, { what: 'a hole is healed' });
    await reaches(b, 'chillin_deliveries_total', { path: 'caught_up' });
    bob.log.assertWhole();
  });
});

describe('what was scraped', () => {
  test('is what the catalogue says, name for name, type for type and label for label', () => {
    const wanted = catalogue();
    const seen = new Set();
    for (const { types, samples } of scraped) {
      for (const [name, type] of types) {
        assert.equal(type, wanted.get(name)?.type, `${name} stands in docs/metrics.md`);
        seen.add(name);
      }
      for (const { name, labels } of samples) {
        const family = types.has(name) ? name : name.replace(/_(bucket|sum|count)$/, '');
        assert.deepEqual(Object.keys(labels).filter((label) => label !== 'le').sort(), wanted.get(family).labels, name);
      }
    }
    // Without PostgreSQL here its metrics are not seen.
    const missing = [...wanted.keys()].filter((name) => !seen.has(name) && !(withoutPostgres && /_(database|redis|bus)_/.test(name)));
    assert.deepEqual(missing, []);
  });

  test('pleases promtool', async () => {
    const last = [scraped[0], scraped.at(-1)];
    for (const { text } of last) assert.equal(await promtool(text), '');
  });

  test('names no person, room or address', () => {
    const names = [...Object.values(people), ...Object.values(rooms), '127.0.0.1'];
    for (const { text } of scraped) {
      for (const name of names) assert.ok(!text.includes(name), name);
    }
  });
});

after(closeAll);
