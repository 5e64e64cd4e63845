// Several servers of the chat on one PostgreSQL and one Redis.
//
//   const { servers: [a, b], redis } = await startCluster(2);
//   const ada = await enter(a, 'tea', { name: 'ada' });
//   ada.log.assertWhole();
//
// PostgreSQL is one for the test file, each cluster has a database of its own on it; Redis is each cluster's own.
import assert from 'node:assert/strict';
import { ask, connect, nextEvent } from './clients.mjs';
import { startPostgres } from './postgres.mjs';
import { startRedis } from './redis.mjs';
import { startServer } from './server.mjs';
import { waitFor } from './wait.mjs';

export { withoutPostgres } from './postgres.mjs';

let postgres;

/** Resolves with { servers, redis, postgres, database, stop() } once every server says that all is well. */
export async function startCluster(count = 2, { env = {} } = {}) {
  postgres ??= startPostgres();
  const database = await (await postgres).createDatabase();
  const redis = await startRedis();
  const all = { DATABASE_URL: database.url, REDIS_URL: redis.url, ...env };
  const servers = await Promise.all(Array.from({ length: count }, () => startServer({ env: all })));
  await allWell(servers);
  return {
    servers,
    redis,
    postgres: await postgres,
    database,
    stop: () => Promise.all(servers.map((server) => server.stop())),
  };
}

export const readiness = async (server) => (await server.get('/health/ready')).json;

export function allWell(servers) {
  return Promise.all(
    servers.map((server) => waitFor(async () => (await readiness(server)).status === 'ok', { what: 'the server is well' })),
  );
}

/** One sample of /metrics; undefined: there is none. */
export async function metric(server, name) {
  const { text } = await server.get('/metrics');
  const line = text.split('\n').find((one) => one.startsWith(`${name} `));
  return line === undefined ? undefined : Number(line.slice(name.length + 1));
}

let guests = 0;

/** A device in a room: { socket, name, list, log } with the roomData that it got. `options`: of connect. */
export async function enter(server, room, { name = `guest${++guests}`, ...options } = {}) {
  const socket = await connect(server, options);
  const log = watchLog(socket, room);
  const list = nextEvent(socket, 'roomData', (data) => data.room === room);
  await ask(socket, 'join', { name, room });
  return { socket, name, list: await list, log };
}

export const names = ({ users }) => users.map(({ name }) => name);

/** The code with which a promise is refused. */
export const refusal = (promise) => promise.then(() => 'no refusal', (error) => error.code);

/**
 * Writes down every event of a room's log that the server pushes to this socket. `seqs`: theirs, as they came.
 * `assertWhole(to)`: each came once, in order, without a hole, and the last is `to`.
 */
export function watchLog(socket, room) {
  const log = { seqs: [], events: [] };
  for (const event of ['message', 'messageEdited', 'messageDeleted', 'reactionUpdated']) {
    socket.on(event, (what) => {
      if (what.room !== room || what.seq === undefined) return;
      log.seqs.push(what.seq);
      log.events.push({ event, ...what });
    });
  }
  log.reached = (to) => waitFor(() => log.seqs.includes(to), { what: `event ${to} of ${room} (last is ${log.seqs.at(-1)})` });
  log.assertWhole = (to, what = room) => {
    for (let i = 1; i < log.seqs.length; ++i) {
      assert.equal(log.seqs[i], log.seqs[i - 1] + 1, `${what}: ${log.seqs.slice(Math.max(0, i - 5), i + 5)}`);
    }
    if (to !== undefined) assert.equal(log.seqs.at(-1), to, what);
  };
  return log;
}

let accounts = 0;

/** Registers a new account: { name, token }. */
export async function register(server, name = `account${++accounts}`) {
  const { status, json } = await server.post('/api/auth/register', { username: name, password: 'secret-word' });
  assert.equal(status, 201, JSON.stringify(json));
  return { name, token: json.token };
}
