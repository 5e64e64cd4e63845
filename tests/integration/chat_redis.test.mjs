// Two servers of the chat on one Redis: what they share, what happens when a server goes or dies, and when Redis is away.
// Each has storage of its own here: rooms and messages are another test's business.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Emitter } from '@socket.io/redis-emitter';
import { ask, close, collect, connect, nextEvent } from './lib/clients.mjs';
import { connectRedis } from './lib/node_socketio.mjs';
import { startRedis } from './lib/redis.mjs';
import { runBinary, startServer } from './lib/server.mjs';
import { waitFor } from './lib/wait.mjs';

let count = 0;
const fresh = (what) => `${what}${++count}`;

async function twoServers(env = {}, redisUrl) {
  const redis = redisUrl ? undefined : await startRedis();
  const url = redisUrl ?? redis.url;
  const [a, b] = await Promise.all([startServer({ env: { REDIS_URL: url, ...env } }), startServer({ env: { REDIS_URL: url, ...env } })]);
  for (const server of [a, b]) await waitFor(async () => (await ready(server)).json.status === 'ok', { what: 'Redis is there' });
  return { redis, keys: await connectRedis(url), a, b };
}

const ready = (server) => server.get('/health/ready');
const end = (...servers) => Promise.all(servers.map((server) => server.stop()));

async function metric(server, name) {
  const { text } = await server.get('/metrics');
  const line = text.split('\n').find((one) => one.startsWith(`${name} `));
  return line === undefined ? undefined : Number(line.slice(name.length + 1));
}

/** A guest in a room; `list` is who the room's people were when he came. */
async function enter(server, room, name = fresh('guest')) {
  const socket = await connect(server);
  const roomData = nextEvent(socket, 'roomData');
  await ask(socket, 'join', { name, room });
  return { socket, name, list: await roomData };
}
const names = ({ users }) => users.map(({ name }) => name);
const refusal = (promise) => promise.then(() => 'no refusal', (error) => error.code);

describe('two servers', () => {
  test('know who is in a room on the other, and keep the documented keys', async () => {
    const { a, b, keys } = await twoServers();
    const ada = await enter(a, 'tea', 'ada');
    const bob = await enter(b, 'tea', 'bob');
    assert.deepEqual(names(bob.list), ['ada', 'bob']);
    assert.equal(bob.list.total, 2);
    assert.equal(bob.list.users[0].id, ada.socket.id);
    const stranger = await connect(b);
    assert.equal(await refusal(ask(stranger, 'join', { name: 'ada', room: 'tea' })), 'NAME_TAKEN');

    assert.deepEqual((await keys.sMembers('room:members:tea')).sort(), [ada.socket.id, bob.socket.id].sort());
    const device = JSON.parse(await keys.get(`presence:${ada.socket.id}`));
    assert.equal(device.id, ada.socket.id);
    const ttl = await keys.ttl(`presence:${ada.socket.id}`);
    assert.ok(ttl > 0 && ttl <= 300, `${ttl}`);

    close(ada.socket);
    await waitFor(async () => (await keys.sMembers('room:members:tea')).length === 1);
    assert.equal(await keys.get(`presence:${ada.socket.id}`), null);
    await end(a, b);
  });

  test('tell each other who types, and hear of an emitter outside', async () => {
    const { a, b, keys } = await twoServers();
    const [ada, bob] = [await enter(a, 'tea'), await enter(b, 'tea')];
    await waitFor(async () => (await keys.pubSubNumSub('socket.io#/#tea#'))['socket.io#/#tea#'] >= 2);
    const typing = nextEvent(bob.socket, 'userTyping');
    ada.socket.emit('typing');
    assert.deepEqual(await typing, { user: ada.name, room: 'tea' });
    const heard = [ada, bob].map(({ socket }) => nextEvent(socket, 'news'));
    new Emitter(keys).to('tea').emit('news', { from: 'outside' });
    for (const one of heard) assert.deepEqual(await one, { from: 'outside' });
    await end(a, b);
  });

  test('count messages together', async () => {
    const { a, b } = await twoServers({ MESSAGE_RATE_LIMIT: '3/60' });
    const on = async (server) => (await enter(server, 'tea', 'ada')).socket;
    const first = await on(a);
    for (const text of ['1', '2']) await ask(first, 'sendMessage', text);
    close(first);
    let second;
    await waitFor(async () => (second = await on(b)), { what: 'ada has left the first server' });
    await ask(second, 'sendMessage', '3');
    assert.equal(await refusal(ask(second, 'sendMessage', '4')), 'RATE_LIMITED');
    await end(a, b);
  });

  test('a server that stops takes its people off the lists at once', async () => {
    const { a, b, keys } = await twoServers();
    const ada = await enter(a, 'tea', 'ada');
    const bob = await enter(b, 'tea', 'bob');
    const { code } = await a.stop();
    assert.equal(code, 0);
    assert.deepEqual(await keys.sMembers('room:members:tea'), [bob.socket.id]);
    assert.equal(await keys.get(`presence:${ada.socket.id}`), null);
    assert.deepEqual(names((await enter(b, 'tea', 'ada')).list), ['bob', 'ada']);
    await end(b);
  });

  test('people of a server that was killed are gone within a minute, and the others are told', async () => {
    const { a, b, keys } = await twoServers();
    await enter(a, 'tea', 'ada');
    const bob = await enter(b, 'tea', 'bob');
    const lists = collect(bob.socket, 'roomData');
    await a.kill();
    const since = Date.now();
    await lists.next(({ total }) => total === 1, { timeoutMs: 60_000 });
    assert.ok(Date.now() - since < 60_000);
    assert.deepEqual(await keys.sMembers('room:members:tea'), [bob.socket.id]);
    await end(b);
  });
});

describe('while Redis is away', () => {
  test('each server goes on alone and says so, and both are together again by themselves', async () => {
    const { a, b, redis } = await twoServers({ MESSAGE_RATE_LIMIT: '3/60' });
    const [ada, anna, bob] = [await enter(a, 'tea', 'ada'), await enter(a, 'tea', 'anna'), await enter(b, 'tea', 'bob')];
    assert.equal(await metric(a, 'chillin_redis_up{connection="commands"}'), 1);

    await redis.kill();
    for (const server of [a, b]) await waitFor(async () => (await ready(server)).json.status === 'degraded');
    const { status, json } = await ready(a);
    assert.equal(status, 200, 'a server without Redis is of use');
    assert.equal(json.checks.redis.status, 'down');
    assert.match(json.checks.redis.error, /refused|closed/);
    assert.equal(json.checks.database.status, 'ok');
    await waitFor(async () => (await metric(a, 'chillin_redis_up{connection="commands"}')) === 0);
    await waitFor(() => a.output.includes('redis_down'));

    const heard = collect(anna.socket, 'message');
    for (const text of ['1', '2', '3']) await ask(ada.socket, 'sendMessage', text);
    await heard.next(({ text }) => text === '3');
    assert.equal(await refusal(ask(ada.socket, 'sendMessage', '4')), 'RATE_LIMITED', 'limits are local now');
    const carl = await enter(a, 'tea', 'carl');
    assert.ok(names(carl.list).includes('ada') && names(carl.list).includes('carl'));

    await redis.start();
    const back = Date.now();
    for (const server of [a, b]) await waitFor(async () => (await ready(server)).json.status === 'ok');
    assert.ok(Date.now() - back < 5_000, `back after ${Date.now() - back} ms`);
    const keys = await connectRedis(redis.url);
    // It came back empty: everybody is listed again.
    await waitFor(async () => (await keys.sMembers('room:members:tea')).length === 4, { what: 'all are listed again' });
    assert.deepEqual(names((await enter(b, 'tea', 'dora')).list).sort(), ['ada', 'anna', 'bob', 'carl', 'dora']);
    await waitFor(async () => (await keys.pubSubNumSub('socket.io#/#tea#'))['socket.io#/#tea#'] >= 2);
    const typing = nextEvent(bob.socket, 'userTyping');
    ada.socket.emit('typing');
    assert.equal((await typing).user, 'ada');
    await end(a, b);
  });

  test('a server starts without it, and finds it when it comes', async () => {
    const redis = await startRedis();
    await redis.kill();
    const server = await startServer({ env: { REDIS_URL: redis.url } });
    assert.equal((await ready(server)).json.status, 'degraded');
    await enter(server, 'tea');
    await redis.start();
    await waitFor(async () => (await ready(server)).json.status === 'ok');
    const keys = await connectRedis(redis.url);
    await waitFor(async () => (await keys.sMembers('room:members:tea')).length === 1);
    await end(server);
  });
});

describe('the password', () => {
  test('is in no output, whether it is right or wrong', async () => {
    const redis = await startRedis({ requirepass: 'right-pass' });
    const url = (password) => `redis://:${password}@127.0.0.1:${redis.port}`;
    const server = await startServer({ env: { REDIS_URL: url('wrong-pass'), LOG_LEVEL: 'trace' } });
    await waitFor(async () => /WRONGPASS|invalid/.test((await ready(server)).json.checks.redis.error));
    assert.ok(!(await ready(server)).text.includes('wrong-pass'));
    await end(server);
    assert.ok(!server.output.includes('wrong-pass'));

    const good = await startServer({ env: { REDIS_URL: url('right-pass'), LOG_LEVEL: 'trace' } });
    await waitFor(async () => (await ready(good)).json.status === 'ok');
    await end(good);
    assert.ok(!good.output.includes('right-pass'));
  });

  test('check-config shows the address without it', async () => {
    const { code, output } = await runBinary(['check-config'], { env: { REDIS_URL: 'rediss://chat:hunter2@cache.example/3' } });
    assert.equal(code, 0);
    assert.match(output, /^REDIS_URL +rediss:\/\/cache\.example:6379\/3$/m);
    assert.ok(!output.includes('hunter2'));
    const wrong = await runBinary(['serve'], { env: { REDIS_URL: 'cache:hunter2@host' } });
    assert.equal(wrong.code, 1);
    assert.match(wrong.output, /^chillin: REDIS_URL=\(hidden\) is not valid: allowed is redis:/m);
    assert.ok(!wrong.output.includes('hunter2'));
  });
});
