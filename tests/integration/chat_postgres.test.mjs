// Several servers on one PostgreSQL, and the program as its operator meets it.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { ask, close, connect, emitWithAck, nextEvent } from './lib/clients.mjs';
import { freePort } from './lib/free_port.mjs';
import { startPostgres, withoutPostgres } from './lib/postgres.mjs';
import { freshView } from './lib/room_replica.mjs';
import { ChillinServer, runBinary, startServer, temporaryFolder } from './lib/server.mjs';
import { SteadyWriter, assertStored } from './lib/steady_writer.mjs';
import { waitFor, within } from './lib/wait.mjs';

const kPassword = 'correct horse';

/** Runs `serve` where it must refuse to. */
async function refusedStart(env) {
  const server = new ChillinServer({ port: await freePort(), dataDir: temporaryFolder(), env: { LOG_LEVEL: 'off', ...env } });
  server.spawn();
  try {
    const { code } = await within(server.exited, { what: 'the start is refused' });
    return { code, lines: server.output.trimEnd().split('\n') };
  } finally {
    await server.kill();
  }
}

describe('on PostgreSQL', { skip: withoutPostgres }, () => {
  let postgres;
  before(async () => { postgres = await startPostgres(); });

  describe('two servers on one database', () => {
    let database;
    let servers;
    before(async () => {
      database = await postgres.createDatabase();
      servers = await Promise.all([1, 2].map(() => startServer({ env: { DATABASE_URL: database.url } })));
    });
    after(() => Promise.all(servers.map((server) => server.stop())));

    test('accounts, sessions, rooms and memberships of one are the other\'s', async () => {
      const [one, two] = servers;
      const { token } = (await one.post('/api/auth/register', { username: 'ada', password: kPassword })).json;
      assert.equal((await two.get('/api/users/me', { token })).json.user.username, 'ada');
      assert.equal((await two.post('/api/auth/register', { username: 'ada', password: kPassword })).json.code, 'NAME_TAKEN');
      assert.equal((await two.post('/api/auth/login', { username: 'ada', password: kPassword })).status, 200);
      const made = await one.post('/api/rooms/create', { name: 'secret', isPrivate: true, password: 'open sesame' }, { token });
      assert.equal(made.status, 201, made.text);
      assert.equal((await two.post('/api/rooms/create', { name: 'secret' }, { token })).json.code, 'NAME_TAKEN');
      const bob = (await two.post('/api/auth/register', { username: 'bob', password: kPassword })).json.token;
      assert.equal((await two.post('/api/rooms/join', { roomName: 'secret', password: 'wrong' }, { token: bob })).json.code, 'ROOM_PASSWORD_WRONG');
      assert.equal((await two.post('/api/rooms/join', { roomName: 'secret', password: 'open sesame' }, { token: bob })).status, 200);
      assert.equal((await one.get('/api/rooms/secret/messages', { token: bob })).status, 200);
      assert.equal((await one.post('/api/auth/logout', undefined, { token })).status, 200);
      assert.equal((await two.get('/api/users/me', { token })).status, 401);
    });

    test('each delivers to its own; history, sync and search see all, in one order', async () => {
      const people = await Promise.all(servers.map((server) => connect(server)));
      await Promise.all(people.map((socket, n) => ask(socket, 'join', { name: `guest${n}`, room: 'tea' })));
      const own = nextEvent(people[0], 'message', (message) => message.text === 'from one');
      const first = await ask(people[0], 'sendMessage', { text: 'from one', tempId: 'a' });
      assert.equal((await own).id, first.id);
      const second = await ask(people[1], 'sendMessage', { text: 'from two', tempId: 'b' });
      await ask(people[0], 'editMessage', { id: first.id, text: 'edited on one' });
      await ask(people[0], 'react', { id: second.id, emoji: '👍', on: true });
      assert.deepEqual([first.seq, second.seq], [1, 2]);
      // Sent again elsewhere: the first id, not a second message.
      const again = await connect(servers[1]);
      await waitFor(async () => {
        await ask(again, 'join', { name: 'guest0', room: 'tea' });
        return true;
      }, { what: 'the name is free on the other server' });
      assert.equal((await ask(again, 'sendMessage', { text: 'from one', tempId: 'a' })).id, first.id);
      for (const [n, socket] of people.entries()) {
        const { changes, seq } = await ask(socket, 'sync', { room: 'tea', lastSeq: 0 });
        assert.deepEqual([changes.map(({ id, text }) => [id, text]), seq], [[[first.id, 'edited on one'], [second.id, 'from two']], 4], `server ${n}`);
        assert.deepEqual(changes[1].reactions.map(({ emoji }) => emoji), ['👍']);
        const page = await ask(socket, 'loadHistory', { room: 'tea', before: 2, limit: 10 });
        assert.deepEqual(page.messages.map(({ text }) => text), ['edited on one']);
        const rest = await servers[n].get('/api/rooms/tea/messages?limit=10');
        assert.deepEqual(rest.json.messages.map(({ text }) => text), ['edited on one', 'from two']);
        const { token } = (await servers[n].post('/api/auth/register', { username: `searcher${n}`, password: kPassword })).json;
        assert.equal((await servers[n].post('/api/rooms/join', { roomName: 'tea' }, { token })).status, 200);
        const found = await servers[n].get('/api/search?q=edited', { token });
        assert.deepEqual(found.json.messages.map(({ id }) => id), [first.id], found.text);
      }
      for (const socket of [...people, again]) close(socket);
    });

    test('many writers on both at once: each message once, densely numbered', async () => {
      const writers = servers.flatMap((server, n) => ['a', 'b', 'c'].map((each) => new SteadyWriter(server, { name: `${each}${n}`, room: 'busy' })));
      await waitFor(() => writers.every((writer) => writer.acknowledged.size > 100) || writers.some(({ errors }) => errors.length > 0), { what: 'all have written' });
      for (const writer of writers) writer.writing = false;
      await waitFor(() => writers.every((writer) => writer.outbox.size === 0), { what: 'all is acknowledged' });
      assert.deepEqual(writers.flatMap((writer) => writer.errors), []);
      for (const [n, server] of servers.entries()) assertStored((await freshView(server, 'busy')).messages, writers, `seen on server ${n}`);
      for (const writer of writers) close(writer.socket);
    });
  });

  describe('starting', () => {
    test('DB_HOST and its companions say the same as DATABASE_URL', async () => {
      const database = await postgres.createDatabase();
      const server = await startServer({ env: database.env });
      const socket = await connect(server);
      await ask(socket, 'join', { name: 'ada', room: 'tea' });
      await ask(socket, 'sendMessage', 'hello');
      assert.equal(await postgres.sql('SELECT text FROM messages', { database: database.name }), 'hello');
      const line = server.logLines.find(({ event }) => event === 'storage');
      assert.equal(line.database, `${database.name} on 127.0.0.1:${postgres.port} as chillin`);
      assert.ok(!server.output.includes(postgres.password));
      close(socket);
      await server.stop();
    });

    test('ten servers may start at once on an empty database', async () => {
      const database = await postgres.createDatabase();
      const servers = await Promise.all(Array.from({ length: 10 }, () => startServer({ env: { DATABASE_URL: database.url, DB_POOL_SIZE: '1' } })));
      const applied = servers.flatMap((server) => server.logLines.filter(({ event }) => event === 'migration_applied').map(({ name }) => name));
      assert.equal(new Set(applied).size, applied.length, 'each migration once');
      assert.equal(Number(await postgres.sql('SELECT count(*) FROM schema_migrations', { database: database.name })), applied.length);
      await Promise.all(servers.map((server) => server.stop()));
    });

    test('wrong credentials, no such database and a newer schema are refused in one line', async () => {
      const database = await postgres.createDatabase();
      const wrong = await refusedStart({ ...database.env, DB_PASSWORD: 'not-the-password' });
      assert.deepEqual([wrong.code, wrong.lines.length], [1, 1], wrong.lines.join('\n'));
      assert.match(wrong.lines[0], /^chillin: the database refuses the credentials: .*password authentication failed/);
      assert.ok(!wrong.lines[0].includes('not-the-password'));
      const missing = await refusedStart({ ...database.env, DB_NAME: 'nowhere' });
      assert.match(missing.lines.join('\n'), /^chillin: there is no such database or user: .*"nowhere" does not exist/);
      const migrated = await runBinary(['migrate'], { env: { DATABASE_URL: database.url } });
      assert.equal(migrated.code, 0, migrated.output);
      await postgres.sql("INSERT INTO schema_migrations VALUES(9999, '9999_from_the_future', 'x', 1)", { database: database.name });
      const newer = await refusedStart({ DATABASE_URL: database.url });
      assert.deepEqual([newer.code, newer.lines.length], [1, 1]);
      assert.match(newer.lines[0], /^chillin: .*9999_from_the_future/);
    });

    test('a database that is away is waited for: not ready, said once, and ready by itself', async () => {
      const own = await startPostgres();
      const { url } = await own.createDatabase();
      await own.stop();
      const server = new ChillinServer({ port: await freePort(), dataDir: temporaryFolder(), env: { DATABASE_URL: url } });
      server.spawn();
      await waitFor(async () => (await server.get('/health/live')).status === 200, { what: 'it serves' });
      const { status, json } = await server.get('/health/ready');
      assert.deepEqual([status, json.status, json.checks.database.status], [503, 'unavailable', 'down']);
      assert.equal(json.checks.database.error, 'the database has not been opened yet');
      assert.match((await server.get('/metrics')).text, /^chillin_database_up\{use="write"\} 0$/m);
      const socket = await connect(server);
      const [, refusal] = await emitWithAck(socket, 'join', { name: 'ada', room: 'tea' });
      assert.deepEqual([refusal.code, refusal.retryAfterMs > 0], ['UNAVAILABLE', true]);
      assert.equal((await server.post('/api/auth/register', { username: 'ada', password: kPassword })).status, 503);
      const waiting = server.logLines.filter(({ event }) => event === 'database_waited_for');
      assert.ok(waiting.length >= 1 && waiting.length <= 3, 'said when it changes');
      assert.match(waiting[0].error, /^the database cannot be reached: .*refused/);
      await own.start();
      const back = Date.now();
      await waitFor(async () => (await server.get('/health/ready')).status === 200, { what: 'it is ready' });
      assert.ok(Date.now() - back < 5_000, 'within 5 s');
      await ask(socket, 'join', { name: 'ada', room: 'tea' });
      await ask(socket, 'sendMessage', 'hello');
      close(socket);
      assert.deepEqual(await server.stop(), { code: 0, signal: null });
    });

    test('and whoever waits for it can be stopped', async () => {
      const server = new ChillinServer({ port: await freePort(), dataDir: temporaryFolder(), env: { DATABASE_URL: 'postgres://u@127.0.0.1:1/x' } });
      server.spawn();
      await waitFor(async () => (await server.get('/health/live')).status === 200, { what: 'it serves' });
      assert.deepEqual(await server.stop(), { code: 0, signal: null });
    });
  });

  describe('subcommands', () => {
    test('migrate brings it up to date, says so the second time, and changes nothing with --dry-run', async () => {
      const database = await postgres.createDatabase();
      const env = { DATABASE_URL: database.url };
      const dry = await runBinary(['migrate', '--dry-run'], { env });
      assert.deepEqual([dry.code, /would be applied/.test(dry.output)], [0, true], dry.output);
      assert.equal(await postgres.sql("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'", { database: database.name }), '0');
      const first = await runBinary(['migrate'], { env });
      assert.deepEqual([first.code, /is applied now/.test(first.output)], [0, true], first.output);
      const second = await runBinary(['migrate'], { env });
      assert.deepEqual([second.code, second.output.includes(`The database ${database.name} on 127.0.0.1:${postgres.port} as chillin is up to date.`)], [0, true], second.output);
      assert.ok(!(first.output + second.output).includes(postgres.password));
      const away = await runBinary(['migrate'], { env: { DATABASE_URL: 'postgres://u@127.0.0.1:1/x', DB_CONNECT_TIMEOUT_MS: '100' } });
      assert.deepEqual([away.code, away.output.trim().split('\n').length], [1, 1], away.output);
      assert.match(away.output, /^chillin: the database cannot be reached/);
    });

    test('check-config names the database and never its password', async () => {
      const env = { DATABASE_URL: 'postgres://app:hidden-secret@db1,db2:5433/chat', DB_REPLICA_URL: 'postgres://app:other-secret@db3/chat' };
      const good = await runBinary(['check-config'], { env });
      assert.equal(good.code, 0, good.output);
      assert.match(good.output, /^Storage: PostgreSQL, chat on db1:5432,db2:5433 as app$/m);
      assert.match(good.output, /^DATABASE_URL\s+\(set\)$/m);
      assert.match(good.output, /^DB_POOL_SIZE\s+4\s+\(default\)$/m);
      const embedded = await runBinary(['check-config']);
      assert.match(embedded.output, /^Storage: embedded, in /m);
      const bad = await runBinary(['check-config'], { env: { DATABASE_URL: 'postgres://app:hidden-secret@[', DB_HOST: 'db', DB_PORT: 'x', DB_POOL_SIZE: '0', DB_POOL_WAIT_MS: 'soon' } });
      assert.equal(bad.code, 1);
      for (const name of ['DATABASE_URL', 'DB_PORT', 'DB_POOL_SIZE', 'DB_POOL_WAIT_MS']) assert.match(bad.output, new RegExp(`^chillin: ${name}`, 'm'));
      assert.match(bad.output, /^chillin: DATABASE_URL and DB_HOST are both set/m);
      const alone = await refusedStart({ DB_NAME: 'chat' });
      assert.deepEqual([alone.code, alone.lines.length], [1, 1]);
      assert.match(alone.lines[0], /^chillin: DB_NAME is set, but neither DATABASE_URL nor DB_HOST/);
      for (const { output } of [good, bad]) assert.ok(!/secret/.test(output.replaceAll('SESSION_SECRET', '')), output);
    });
  });
});
