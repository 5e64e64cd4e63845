// What stands between a browser and mischief in the answers of REST, and that secrets stay secret.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { ask, collect, connect, everyClient } from './lib/clients.mjs';
import { startPostgres, withoutPostgres } from './lib/postgres.mjs';
import { ChillinServer, binary, freePort, startServer, temporaryFolder } from './lib/server.mjs';
import { waitFor, within } from './lib/wait.mjs';

test('an answer of REST can load nothing, is framed by nobody and tells nobody its address', async () => {
  const server = await startServer();
  for (const [address, status] of [['/api/config', 200], ['/api/rooms', 200], ['/api/users/me', 401], ['/api/nothing', 404], ['/health', 200]]) {
    const answer = await server.get(address);
    assert.equal(answer.status, status, address);
    assert.equal(answer.headers['x-content-type-options'], 'nosniff', address);
    assert.match(answer.headers['content-security-policy'], /^default-src 'none';.*frame-ancestors 'none'/, address);
    assert.match(answer.headers['referrer-policy'], /^(no-referrer|same-origin)$/, address);
    assert.equal(answer.headers['strict-transport-security'], undefined, `${address}: plain http must not promise https`);
  }
  await server.stop();
});

test('the cookie of files changes nothing: it reads files and has no other authority', async () => {
  const server = await startServer();
  const made = await server.post('/api/auth/register', { username: 'ada', password: 'correct horse' });
  const cookie = made.headers['set-cookie'][0];
  for (const attribute of ['HttpOnly', 'SameSite=Strict', 'Path=/api/uploads']) assert.ok(cookie.includes(attribute), cookie);
  const headers = { cookie: cookie.split(';')[0] };
  assert.equal((await server.get('/api/users/me', { headers })).status, 401);
  assert.equal((await server.post('/api/auth/logout', undefined, { headers })).status, 401);
  assert.equal((await server.post('/api/uploads?name=a.txt', 'text', { headers })).status, 401);
  await server.stop();
});

test('no secret stands in the log, in metrics, in health or in an answer, whatever fails', async () => {
  const secret = () => `leak${randomBytes(12).toString('hex')}`;
  const secrets = { session: secret(), redis: secret(), s3: secret(), metrics: secret(), password: secret(), wrong: secret(), token: secret() };
  // Redis and S3 are where nobody listens: failures are what tempts a program to print how it tried.
  const server = await startServer({
    env: {
      LOG_LEVEL: 'trace', SESSION_SECRET: secrets.session, REDIS_URL: `redis://:${secrets.redis}@127.0.0.1:1`, METRICS_TOKEN: secrets.metrics,
      USE_MINIO: 'true', MINIO_ENDPOINT: 'http://127.0.0.1:1', S3_ACCESS_KEY_ID: 'chat', S3_SECRET_ACCESS_KEY: secrets.s3, S3_BUCKET_NAME: 'files',
    },
  });
  const made = await server.post('/api/auth/register', { username: 'ada', password: secrets.password });
  assert.equal(made.status, 201);
  const answers = [
    await server.post('/api/auth/login', { username: 'ada', password: secrets.wrong }),
    await server.post('/api/auth/login', `{"username":"ada","password":"${secrets.password}`, { headers: { 'content-type': 'application/json' } }),
    await server.get('/api/users/me', { token: secrets.token }),
    await server.get(`/api/users/me?token=${secrets.token}`),
    await server.post('/api/uploads?name=a.txt', 'text', { token: made.json.token }),
    await server.get('/health'), await server.get('/health/ready'), await server.get('/metrics'),
  ];
  await assert.rejects(connect(server, { token: secrets.token }));
  // The end of a crash too: SIGABRT is what an assertion of the program ends by.
  await server.end('SIGABRT', 15_000);
  const told = [server.output, ...answers.map(({ text, headers }) => text + JSON.stringify(headers))].join('\n');
  assert.ok(server.output.length > 0);
  for (const [name, value] of Object.entries({ ...secrets, session_token: made.json.token })) assert.ok(!told.includes(value), `the ${name} secret was told`);
});

test('a malformed address of the database stops the start without its password', async () => {
  const password = `leak${randomBytes(12).toString('hex')}`;
  for (const url of [`postgres://ada:${password}@127.0.0.1:1/chat?nonsense=1`, `postgres://ada:${password}@[::1/chat`]) {
    const server = new ChillinServer({ port: await freePort(), dataDir: temporaryFolder(), env: { DATABASE_URL: url, LOG_LEVEL: 'trace' } });
    server.spawn();
    const { code } = await within(server.exited, { what: 'the start is refused' });
    assert.notEqual(code, 0);
    assert.ok(server.output.length > 0);
    assert.ok(!server.output.includes(password), url.replace(password, '…'));
  }
});

test('an address of the database without a host means the local socket, and says so without its password', async () => {
  const password = `leak${randomBytes(12).toString('hex')}`;
  const folder = temporaryFolder();
  // PGHOST is libpq's own: where its socket would be. So no PostgreSQL of this machine is asked.
  const server = new ChillinServer({ port: await freePort(), dataDir: temporaryFolder(), env: { DATABASE_URL: `postgres://ada:${password}@`, PGHOST: folder } });
  server.spawn();
  await waitFor(() => server.logLines.some(({ event }) => event === 'database_waited_for') && server.logLines.some(({ event }) => event === 'storage'));
  assert.match(server.logLines.find(({ event }) => event === 'database_waited_for').error, new RegExp(`socket "${folder}/\\.s\\.PGSQL`));
  assert.match(server.logLines.find(({ event }) => event === 'storage').database, /the local socket/);
  assert.ok(!server.output.includes(password));
  await server.kill();
});

test('a password that the database refuses is told to nobody, at the start and later', { skip: withoutPostgres }, async () => {
  const postgres = await startPostgres();
  const database = await postgres.createDatabase();
  const wrong = `leak${randomBytes(12).toString('hex')}`;
  const ways = [{ ...database.env, DB_PASSWORD: wrong }, { DATABASE_URL: database.url.replace(postgres.password, wrong) }];
  for (const env of ways) {
    const server = new ChillinServer({ port: await freePort(), dataDir: temporaryFolder(), env: { ...env, LOG_LEVEL: 'trace' } });
    server.spawn();
    const { code } = await within(server.exited, { what: 'the start is refused' });
    assert.equal(code, 1);
    assert.match(server.output, /password authentication failed/);
    assert.ok(!server.output.includes(wrong), Object.keys(env).join());
  }
  // One that was right and becomes wrong while the server runs.
  await postgres.sql(`ALTER ROLE ${postgres.user} PASSWORD '${wrong}'`);
  const server = await startServer({ env: { ...ways[1], LOG_LEVEL: 'trace' } });
  await postgres.sql(`ALTER ROLE ${postgres.user} PASSWORD 'another'`);
  await postgres.sql(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = '${postgres.user}'`);
  let ready;
  await waitFor(async () => {
    ready = await server.get('/health/ready');
    return ready.status === 503 && /password authentication failed/.test(server.output + ready.text);
  }, { what: 'it is told that the credentials are refused' });
  await server.stop();
  assert.ok(!`${server.output}${ready.text}`.includes(wrong));
});

for (const client of everyClient) {
  test(`nobody is told what it takes to speak in another's session: ${client.version}, ${client.transport}`, async () => {
    const server = await startServer({ env: { SERVER_ID: '7' } });
    const { token } = (await server.post('/api/auth/register', { username: 'ada', password: 'correct horse' })).json;
    const ada = await connect(server, { ...client, token });
    await ask(ada, 'join', { name: 'ada', room: 'tea' });
    const thief = await connect(server);
    const told = [];
    thief.onAny((...event) => told.push(event));
    const lists = collect(thief, 'roomData');
    await ask(thief, 'join', { name: 'thief', room: 'tea' });
    await ask(ada, 'sendMessage', { text: 'hello', room: 'tea' });
    await waitFor(() => lists.items.length > 0 && told.some(([event, message]) => event === 'message' && message.text === 'hello'));
    const sid = ada.io.engine.id;
    assert.ok(sid.length >= 20);
    assert.ok(!JSON.stringify(told).includes(sid));
    const { id } = lists.items[0].users.find(({ name }) => name === 'ada');
    const packet = '42["sendMessage",{"text":"I am not ada","tempId":"z"}]';
    const posted = await server.post(`/socket.io/?EIO=${client.version === 2 ? 3 : 4}&transport=polling&sid=${id}`,
      client.version === 2 ? `${packet.length}:${packet}` : packet, { headers: { 'content-type': 'text/plain;charset=UTF-8' } });
    assert.deepEqual([posted.status, posted.json.message], [400, 'Session ID unknown']);
    for (const socket of [ada, thief]) socket.disconnect();
    await server.stop();
  });
}

test('what the program writes, a backup too, is readable by its own user alone', () => {
  const folder = temporaryFolder();
  const env = { PATH: process.env.PATH, DATA_DIR: path.join(folder, 'data') };
  execFileSync('sh', ['-c', 'umask 000; "$0" migrate && "$0" backup "$1"', binary, path.join(folder, 'backup')], { env, stdio: 'ignore' });
  const made = readdirSync(folder, { recursive: true });
  assert.ok(made.includes('data/chillin.db') && made.includes('backup/chillin.db'), made.join());
  for (const name of made) assert.equal(statSync(path.join(folder, name)).mode & 0o077, 0, name);
});
