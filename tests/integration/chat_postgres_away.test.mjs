// PostgreSQL dies, fails over, hangs, fills its disk, refuses: what was acknowledged stays, people stay connected, each
// trouble is told from the others, and everything works again without help.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chownSync, rmSync, statSync, statfsSync } from 'node:fs';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { ask, close, connect, emitWithAck } from './lib/clients.mjs';
import { makeFolder, startPostgres, withoutPostgres } from './lib/postgres.mjs';
import { freshView } from './lib/room_replica.mjs';
import { startServer } from './lib/server.mjs';
import { SteadyWriter, assertStored } from './lib/steady_writer.mjs';
import { waitFor } from './lib/wait.mjs';

const kRooms = ['tea', 'coffee'];

async function writersOn(servers) {
  const writers = servers.flatMap((server, n) => [
    new SteadyWriter(server, { name: `ada${n}`, room: kRooms[0] }),
    new SteadyWriter(server, { name: `bob${n}`, room: kRooms[0], transport: 'polling' }),
    new SteadyWriter(server, { name: `cy${n}`, room: kRooms[1], version: 2 }),
  ]);
  await writeMore(writers, 30);
  return writers;
}

/** Until each of them has had that many acknowledgements more. */
async function writeMore(writers, count) {
  const enough = writers.map((writer) => writer.acknowledged.size + count);
  await waitFor(() => writers.every((writer, n) => writer.acknowledged.size >= enough[n]) || writers.some(({ errors }) => errors.length > 0), { what: `${count} acknowledgements more for everyone` });
  assert.deepEqual(writers.flatMap(({ errors }) => errors), []);
}

async function finish(writers, servers) {
  for (const writer of writers) writer.writing = false;
  await waitFor(() => writers.every((writer) => writer.outbox.size === 0), { what: 'everything is acknowledged' });
  assert.deepEqual(writers.flatMap(({ errors }) => errors), []);
  for (const server of servers) {
    for (const room of kRooms) assertStored((await freshView(server, room)).messages, writers.filter((writer) => writer.room === room), room);
  }
  for (const writer of writers) close(writer.socket);
}

/** Resolves with the milliseconds until the server is ready again. */
async function readyAgain(server) {
  const since = Date.now();
  await waitFor(async () => (await server.get('/health/ready')).status === 200, { what: 'ready again' });
  return Date.now() - since;
}

/** Waits until readiness names this trouble. */
async function notReady(server, trouble) {
  let last;
  await waitFor(async () => {
    const { status, json } = await server.get('/health/ready');
    last = json.checks.database.error;
    return status === 503 && trouble.test(last);
  }, { what: `not ready: ${trouble}` }).catch((error) => {
    throw new Error(`${error.message}; it said ${last}`);
  });
}

const up = async (server, use) => Number((await server.get('/metrics')).text.match(new RegExp(`^chillin_database_up\\{use="${use}"\\} (\\d)$`, 'm'))[1]);

describe('PostgreSQL goes away under load', { skip: withoutPostgres }, () => {
  test('kill -9 and restart, three times: nothing acknowledged is lost, nothing stands twice, sockets stay', async (t) => {
    const postgres = await startPostgres();
    const { url } = await postgres.createDatabase();
    const servers = await Promise.all([1, 2].map(() => startServer({ env: { DATABASE_URL: url } })));
    const writers = await writersOn(servers);
    for (let round = 1; round <= 3; ++round) {
      await postgres.kill();
      for (const server of servers) await notReady(server, /cannot be reached|starting or stopping/);
      const before = writers.map((writer) => writer.refused);
      await waitFor(() => writers.every((writer, n) => writer.refused > before[n]), { what: 'sends are refused with UNAVAILABLE' });
      await waitFor(async () => (await up(servers[0], 'write')) === 0 && (await up(servers[0], 'read')) === 0, { what: 'the metrics show it' });
      await postgres.start();
      for (const server of servers) assert.ok((await readyAgain(server)) < 5_000, 'back within 5 s');
      await writeMore(writers, 20);
    }
    assert.deepEqual(writers.map(({ disconnects }) => disconnects), writers.map(() => 0), 'nobody was disconnected');
    await finish(writers, servers);
    await waitFor(async () => (await up(servers[0], 'write')) === 1 && (await up(servers[0], 'read')) === 1, { what: 'the metrics show it' });
    for (const server of servers) {
      for (const event of ['database_away', 'database_back']) assert.ok(server.logLines.some((line) => line.event === event), event);
      assert.ok(server.logLines.length < 300, 'no flood in the log');
    }
    t.diagnostic(`${writers.reduce((sum, writer) => sum + writer.acknowledged.size, 0)} acknowledged, ${writers.reduce((sum, writer) => sum + writer.refused, 0)} refused`);
    await Promise.all(servers.map((server) => server.stop()));
    await postgres.remove();
  });

  test('failover to a synchronous standby by promotion', async () => {
    const postgres = await startPostgres();
    const { name } = await postgres.createDatabase();
    const standby = await postgres.startStandby();
    const servers = await Promise.all([1, 2].map(() => startServer({ env: { DATABASE_URL: postgres.url(name, standby) } })));
    const writers = await writersOn(servers);
    await postgres.kill();
    await standby.promote();
    for (const server of servers) assert.ok((await readyAgain(server)) < 5_000, 'back within 5 s of the promotion');
    await writeMore(writers, 30);
    assert.deepEqual(writers.map(({ disconnects }) => disconnects), writers.map(() => 0));
    await finish(writers, servers);
    await Promise.all(servers.map((server) => server.stop()));
    await standby.remove();
    await postgres.remove();
  });

  test('while it is away people stay in their rooms and see each other; what needs the database is UNAVAILABLE', async () => {
    const postgres = await startPostgres();
    const { url } = await postgres.createDatabase();
    const server = await startServer({ env: { DATABASE_URL: url, IO_THREADS: '1' } });
    const [ada, bob] = await Promise.all([connect(server), connect(server)]);
    await ask(ada, 'join', { name: 'ada', room: 'tea' });
    await ask(bob, 'join', { name: 'bob', room: 'tea' });
    await ask(ada, 'sendMessage', 'before');
    await postgres.kill();
    await notReady(server, /cannot be reached/);
    // Whether an account has that name nobody can say now.
    const late = await connect(server);
    const [, unknown] = await emitWithAck(late, 'join', { name: 'cy', room: 'tea' });
    assert.deepEqual([unknown.code, unknown.retryAfterMs > 0], ['UNAVAILABLE', true]);
    assert.equal((await server.get('/api/rooms/tea/messages')).status, 503);
    const typing = new Promise((resolve) => bob.on('userTyping', resolve));
    ada.emit('typing');
    assert.equal((await typing).user, 'ada');
    const [, refusal] = await emitWithAck(ada, 'sendMessage', { text: 'meanwhile', tempId: 'm' });
    assert.deepEqual([refusal.code, refusal.retryAfterMs > 0], ['UNAVAILABLE', true]);
    const [, unread] = await emitWithAck(ada, 'loadHistory', { room: 'tea', before: 1, limit: 5 });
    assert.equal(unread.code, 'UNAVAILABLE');
    await postgres.start();
    await readyAgain(server);
    const heard = new Promise((resolve) => bob.on('message', (message) => message.text === 'meanwhile' && resolve(message)));
    const { seq } = await ask(ada, 'sendMessage', { text: 'meanwhile', tempId: 'm' });
    assert.deepEqual([seq, (await heard).seq], [2, 2]);
    await ask(late, 'join', { name: 'cy', room: 'tea' });
    await server.stop();
    await postgres.remove();
  });
});

test('a read replica is used where there is one, and done without while it is away', { skip: withoutPostgres }, async () => {
  const postgres = await startPostgres();
  const { name, url } = await postgres.createDatabase();
  const replica = await postgres.startStandby({ synchronous: false });
  const server = await startServer({ env: { DATABASE_URL: url, DB_REPLICA_URL: replica.url(name) } });
  const socket = await connect(server);
  await ask(socket, 'join', { name: 'ada', room: 'tea' });
  for (let n = 0; n < 5; ++n) await ask(socket, 'sendMessage', `line ${n}`);
  const older = async () => (await ask(socket, 'loadHistory', { room: 'tea', before: 4, limit: 2 })).messages.map(({ text }) => text);
  const { json } = await waitFor(async () => {
    const ready = await server.get('/health/ready');
    return ready.json.checks.databaseReplica?.status === 'ok' && ready;
  }, { what: 'the replica is read' });
  assert.ok(json.checks.databaseReplica.latencyMs >= 0);
  assert.equal(await up(server, 'replica'), 1);
  assert.deepEqual(await older(), ['line 1', 'line 2']);
  // Older history still comes from it while the primary is away, once it has followed.
  await waitFor(async () => (await replica.trySql('SELECT count(*) FROM messages', { database: name })) === '5', { what: 'the replica has followed' });
  await postgres.kill();
  await notReady(server, /cannot be reached/);
  assert.deepEqual(await older(), ['line 1', 'line 2']);
  await postgres.start();
  await readyAgain(server);
  await replica.kill();
  await waitFor(async () => (await server.get('/health/ready')).json.checks.databaseReplica.status === 'down', { what: 'readiness tells of it' });
  assert.equal((await server.get('/health/ready')).status, 200, 'and the server is ready all the same');
  assert.deepEqual(await older(), ['line 1', 'line 2']);
  close(socket);
  await server.stop();
  await replica.remove();
  await postgres.remove();
});

test('a server whose database is away, with sends on their way, stops as it should', { skip: withoutPostgres }, async () => {
  const postgres = await startPostgres();
  const { url } = await postgres.createDatabase();
  const server = await startServer({ env: { DATABASE_URL: url } });
  const writers = await writersOn([server]);
  await postgres.kill();
  await waitFor(() => writers.every(({ refused }) => refused > 0), { what: 'sends are refused' });
  const since = Date.now();
  assert.deepEqual(await server.stop(), { code: 0, signal: null });
  assert.ok(Date.now() - since < 12_000, 'in about 10 s at most');
  for (const writer of writers) close(writer.socket);
  await postgres.remove();
});

describe('each trouble has its own error and passes by itself', { skip: withoutPostgres }, () => {
  let postgres;
  before(async () => { postgres = await startPostgres(); });
  after(() => postgres.remove());

  /** A server on a database of its own, and somebody in its room. */
  async function begin(env = {}) {
    const database = await postgres.createDatabase();
    const server = await startServer({ env: { DATABASE_URL: database.url, ...env } });
    const socket = await connect(server);
    await ask(socket, 'join', { name: 'ada', room: 'tea' });
    await ask(socket, 'sendMessage', 'first');
    return { database, server, socket };
  }

  /** Holds what `lock` locks until release(). */
  async function holding(database, lock) {
    const held = postgres.trySql(`BEGIN; ${lock}; SELECT pg_sleep(600); COMMIT`, { database: database.name }).catch(() => {});
    const pid = await waitFor(() => postgres.trySql(`SELECT pid FROM pg_stat_activity WHERE datname = '${database.name}' AND query LIKE '%pg_sleep(600)%' AND wait_event = 'PgSleep' AND pid <> pg_backend_pid()`), { what: 'the lock is held' });
    return async () => {
      await postgres.sql(`SELECT pg_terminate_backend(${pid})`);
      await held;
    };
  }

  test('a pool without a free connection refuses in time, says so in the log, and recovers', async () => {
    const { database, server, socket } = await begin({ DB_POOL_SIZE: '2', DB_POOL_WAIT_MS: '300', DB_STATEMENT_TIMEOUT_MS: '3000' });
    const release = await holding(database, 'LOCK TABLE users IN ACCESS EXCLUSIVE MODE');
    const answers = await Promise.all(Array.from({ length: 8 }, (_, n) => server.post('/api/auth/login', { username: `nobody${n}`, password: 'correct horse' })));
    assert.deepEqual([...new Set(answers.map(({ status, json }) => `${status} ${json.code}`))], ['503 UNAVAILABLE']);
    const said = server.logLines.filter(({ event }) => event === 'database_pool_exhausted');
    assert.ok(said.length >= 1 && said.length <= 4);
    assert.deepEqual([said[0].pool, said[0].connections, said[0].waited_ms], ['readers', 2, 300]);
    assert.match((await server.get('/metrics')).text, /^chillin_database_wait_timeouts_total [1-9]/m);
    await release();
    await waitFor(async () => (await server.post('/api/auth/login', { username: 'nobody', password: 'correct horse' })).status === 401, { what: 'logins are answered again' });
    await ask(socket, 'sendMessage', 'after');
    close(socket);
    await server.stop();
  });

  test('a slow query is ended by its time-out: UNAVAILABLE, named in the log, and the connection goes on', async () => {
    const { database, server, socket } = await begin({ DB_STATEMENT_TIMEOUT_MS: '500' });
    const release = await holding(database, 'LOCK TABLE users IN ACCESS EXCLUSIVE MODE');
    const answer = await server.post('/api/auth/login', { username: 'nobody', password: 'correct horse' });
    assert.deepEqual([answer.status, answer.json.code], [503, 'UNAVAILABLE']);
    const line = server.logLines.find(({ event }) => event === 'read_failed');
    // Whichever ends first: the statement's time, or that of its wait for the lock.
    assert.match(line.sqlstate, /^(57014|55P03)$/);
    await ask(socket, 'sendMessage', 'writes do not wait for it');
    await release();
    await waitFor(async () => (await server.post('/api/auth/login', { username: 'nobody', password: 'correct horse' })).status === 401, { what: 'logins are answered again' });
    close(socket);
    await server.stop();
  });

  test('rows that another holds too long: sends are UNAVAILABLE, the log says why, and it passes', async () => {
    const { database, server, socket } = await begin({ DB_STATEMENT_TIMEOUT_MS: '1000' });
    const release = await holding(database, 'SELECT 1 FROM rooms FOR UPDATE');
    const [, refusal] = await emitWithAck(socket, 'sendMessage', { text: 'late', tempId: 'late' });
    assert.deepEqual([refusal.code, refusal.retryAfterMs > 0], ['UNAVAILABLE', true]);
    assert.equal(server.logLines.find(({ event }) => event === 'commit_failed').sqlstate, '55P03');
    await release();
    await waitFor(() => ask(socket, 'sendMessage', { text: 'late', tempId: 'late' }), { what: 'it is stored' });
    assert.equal((await freshView(server, 'tea')).messages.length, 2);
    close(socket);
    await server.stop();
  });

  test('credentials that become wrong: not ready, and ready by itself when they are right again', async () => {
    const { server, socket } = await begin();
    await postgres.sql(`ALTER ROLE ${postgres.user} PASSWORD 'another'`);
    await postgres.sql(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = '${postgres.user}'`);
    await notReady(server, /^the database refuses the credentials$/);
    const [, refusal] = await emitWithAck(socket, 'sendMessage', { text: 'locked out', tempId: 'x' });
    assert.equal(refusal.code, 'UNAVAILABLE');
    const line = server.logLines.find(({ event }) => event === 'database_away');
    assert.match(line.error, /password authentication failed/);
    assert.ok(!server.output.includes(postgres.password));
    await postgres.sql(`ALTER ROLE ${postgres.user} PASSWORD '${postgres.password}'`);
    assert.ok((await readyAgain(server)) < 5_000);
    await ask(socket, 'sendMessage', { text: 'locked out', tempId: 'x' });
    assert.ok(socket.connected);
    close(socket);
    await server.stop();
  });

  test('no connection left: told from other troubles', async () => {
    const small = await startPostgres({ conf: 'max_connections = 8\nsuperuser_reserved_connections = 3' });
    const { url } = await small.createDatabase();
    const server = await startServer({ env: { DATABASE_URL: url, DB_POOL_SIZE: '1' } });
    // Others take all that are free, and then ours are ended.
    await small.sql(`ALTER ROLE ${small.user} CONNECTION LIMIT 0`);
    await small.sql(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = '${small.user}'`);
    await notReady(server, /^the database has no connection left$/);
    await small.sql(`ALTER ROLE ${small.user} CONNECTION LIMIT -1`);
    assert.ok((await readyAgain(server)) < 5_000);
    await server.stop();
    await small.remove();
  });
});

test('a full disk: nothing is acknowledged that is not stored, readiness says why, and it passes when there is room', { skip: withoutPostgres ?? (process.getuid() === 0 ? false : 'mounting a small disk needs root') }, async (t) => {
  const disk = makeFolder();
  const wal = makeFolder();
  const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=160m', 'tmpfs', disk], { encoding: 'utf8' });
  if (mounted.status !== 0) return t.skip(`no tmpfs can be mounted: ${mounted.stderr.trim()}`);
  const { uid, gid } = statSync(wal);
  chownSync(disk, uid, gid);
  // The data on the small disk, the write-ahead log elsewhere: PostgreSQL survives the one and not the other.
  const postgres = await startPostgres({ data: path.join(disk, 'data'), walDir: path.join(wal, 'wal') });
  try {
    const { url } = await postgres.createDatabase();
    const server = await startServer({ env: { DATABASE_URL: url } });
    const socket = await connect(server);
    await ask(socket, 'join', { name: 'ada', room: 'tea' });
    const stored = new Set();
    let refused = 0;
    const text = 'x'.repeat(400);
    const send = async (tempId) => {
      const [error, result] = await emitWithAck(socket, 'sendMessage', { text, tempId });
      if (!error) stored.add(result.id);
      else {
        assert.equal(result.code, 'UNAVAILABLE');
        refused += 1;
      }
      return !error;
    };
    for (let n = 0; n < 20; ++n) await send(`before-${n}`);
    const { bavail, bsize } = statfsSync(disk);
    const ballast = path.join(disk, 'ballast');
    const free = spawnSync('dd', ['if=/dev/zero', `of=${ballast}`, 'bs=4096', `count=${Math.ceil((bavail * bsize) / 4096) + 16}`], { encoding: 'utf8' });
    assert.match(free.stderr, /No space left/);
    await waitFor(async () => {
      await Promise.all(Array.from({ length: 40 }, (_, n) => send(`full-${stored.size}-${n}-${refused}`)));
      return refused > 0;
    }, { what: 'a send is refused' });
    // The answer may be here before the line that was written first: they come over two pipes.
    const failed = await waitFor(() => server.logLines.find(({ event }) => event === 'commit_failed'), { what: 'the log says so' });
    assert.equal(failed.sqlstate, '53100');
    const before = stored.size;
    const retry = 'said-while-full';
    const early = await send(retry);
    rmSync(ballast);
    await waitFor(() => send(retry), { what: 'sends are stored again' });
    assert.ok((await readyAgain(server)) < 5_000);
    assert.equal(stored.size, before + 1, early ? 'the first id twice' : 'one more');
    const { messages, seq } = await freshView(server, 'tea');
    assert.deepEqual(messages.map((message) => message.seq), messages.map((_, n) => n + 1));
    assert.equal(seq, messages.length);
    assert.deepEqual(new Set(messages.map(({ id }) => id)), stored, 'what was acknowledged, and nothing else');
    close(socket);
    await server.stop();
  } finally {
    await postgres.remove();
    spawnSync('umount', [disk]);
    for (const folder of [disk, wal]) rmSync(folder, { recursive: true, force: true });
  }
});
