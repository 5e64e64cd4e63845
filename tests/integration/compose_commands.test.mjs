// deploy/docker-compose.yml is run: the command, the variables and the health check of every service whose program can be installed
// here, one after the other as they depend on each other, in a network of their own. Not run, because Debian does not have
// them: minio (another S3 service stands in its place), minio-init (its script is only parsed) and grafana.
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { after, test } from 'node:test';

if (process.env.CHILLIN_COMPOSE_NAMESPACE === undefined) {
  // Once more, as the first process of namespaces in which every address, port and name is free, and which end with it.
  const needs = process.getuid() === 0 ? undefined : 'needs root, for a network of its own';
  test('the commands of the Compose file, run', { skip: needs }, () => {
    const env = { ...process.env, CHILLIN_COMPOSE_NAMESPACE: '1' };
    delete env.NODE_TEST_CONTEXT;
    const inside = spawnSync('unshare', ['--net', '--mount', '--pid', '--fork', '--kill-child', '--mount-proc', 'sh', '-c', 'ip link set lo up && exec "$@"', 'sh',
      process.execPath, '--test-reporter=spec', fileURLToPath(import.meta.url)], { env, encoding: 'utf8', timeout: 240_000, killSignal: 'SIGKILL', maxBuffer: 1 << 26 });
    console.log(inside.stdout);
    assert.equal(inside.status, 0, inside.stdout + inside.stderr);
  });
} else {
  const { Installation } = await import('./lib/compose.mjs');
  const { S3Service } = await import('./lib/s3.mjs');
  const { ask, close, collect, connect, openClient } = await import('./lib/clients.mjs');
  const { waitFor } = await import('./lib/wait.mjs');
  const url = 'http://127.0.0.1:8080';
  const get = async (address) => {
    const answer = await fetch(address);
    return { status: answer.status, json: await answer.json().catch(() => undefined) };
  };

  // The stand-in's user, who is no other.
  const installation = Installation.prepare({ S3_ACCESS_KEY_ID: 'chat:app', S3_SECRET_ACCESS_KEY: 'chatsecret', MESSAGE_RATE_LIMIT: '0' });
  // Whatever a service started ends with the namespace, which ends with this process.
  after(() => setImmediate(() => process.exit()));

  test('every service starts by its command once those it needs are healthy, and its health check tells', async () => {
    await new S3Service(9000).start();
    const notRun = Object.keys(installation.services).filter((name) => !installation.canRun(name));
    assert.deepEqual(notRun.sort(), ['grafana', 'minio', 'minio-init'], 'what the comment above names');
    await installation.start('nginx');
    assert.deepEqual([...installation.running.keys()].sort(), ['api-server-1', 'api-server-2', 'nginx', 'postgres', 'redis'], 'nginx needs all of them');
    for (const name of ['api-server-1', 'api-server-2']) {
      const { status, output } = installation.check(name);
      assert.equal(status, 0, output);
      const { status: all, checks } = JSON.parse(output);
      assert.equal(all, 'ok', output);
      assert.ok(Object.keys(checks).length >= 3, output);
    }
  });

  test('PostgreSQL: the servers are no superuser, and nobody comes without a password', () => {
    const psql = (password, sql) => spawnSync('psql', ['-XAtw', '-h', 'postgres', '-U', installation.env.DB_USER, '-d', installation.env.DB_NAME, '-c', sql],
      { env: { PATH: installation.path, PGPASSWORD: password }, encoding: 'utf8' });
    assert.equal(psql(installation.env.DB_PASSWORD, 'SELECT rolsuper OR rolcreaterole OR rolcreatedb FROM pg_roles WHERE rolname = current_user').stdout, 'f\n');
    assert.equal(psql(installation.env.DB_PASSWORD, 'SHOW data_checksums').stdout, 'on\n');
    assert.match(psql('chillin', 'SELECT 1').stderr, /authentication failed/);
    assert.match(psql('', 'SELECT 1').stderr, /no password supplied/);
  });

  test('Redis: append-only, with a password that no process list shows', () => {
    const redis = (command, password) => execFileSync('redis-cli', ['-h', 'redis', ...command], { env: { PATH: installation.path, ...(password ? { REDISCLI_AUTH: password } : {}) }, encoding: 'utf8' });
    assert.match(redis(['config', 'get', 'appendonly'], installation.env.REDIS_PASSWORD), /\nyes\n/);
    assert.match(redis(['ping']), /NOAUTH/);
    const commandLines = execFileSync('ps', ['-eo', 'args'], { encoding: 'utf8' });
    assert.match(commandLines, /redis-server/);
    for (const [name, value] of Object.entries(installation.env)) if (/PASSWORD|SECRET|TOKEN/.test(name) && value !== 'chatsecret') assert.ok(!commandLines.includes(value), name);
  });

  test('a message crosses from one server to the other, and the servers see the address that nginx sees', async () => {
    const sockets = [];
    while (new Set(sockets.map((socket) => socket.io.engine.id[2])).size < 2) sockets.push(await connect(url));
    const [one, two] = ['1', '2'].map((id) => sockets.find((socket) => socket.io.engine.id[2] === id));
    const messages = collect(two, 'message');
    await ask(one, 'join', { name: 'ada', room: 'tea' });
    await ask(two, 'join', { name: 'bob', room: 'tea' });
    await ask(one, 'sendMessage', 'hello');
    await messages.next((message) => message.text === 'hello');
    for (const socket of sockets) close(socket);
  });

  test('Prometheus scrapes both servers, and alertmanager takes its alerts', async () => {
    await installation.start('alertmanager');
    await installation.start('prometheus');
    const up = () => get(`http://127.0.0.1:9090/api/v1/query?query=${encodeURIComponent('up{job="chillin"}')}`);
    await waitFor(async () => (await up()).json.data.result.length === 2, { what: 'both servers have been scraped' });
    assert.deepEqual((await up()).json.data.result.map(({ value }) => value[1]), ['1', '1']);
    await waitFor(async () => (await get('http://127.0.0.1:9090/api/v1/alertmanagers')).json.data.activeAlertmanagers.length === 1, { what: 'alertmanager is known' });
  });

  test('a rolling restart: one server after the other, and every acknowledged message is there once', async () => {
    const socket = openClient(url, { reconnection: true, reconnectionDelay: 100, reconnectionDelayMax: 1_000 });
    const join = () => socket.emit('join', { name: 'writer', room: 'log' });
    socket.on('connect', join);
    const acknowledged = [];
    let writing = true;
    // Each is sent until it is acknowledged, with the same tempId, as the outbox of the client does it.
    const writer = (async () => {
      for (let n = 0; writing; ++n) {
        await waitFor(async () => {
          const [error] = await socket.timeout(2_000).emitWithAck('sendMessage', { text: `${n}`, tempId: `t${n}`, room: 'log' }).then((answer) => [answer]);
          return !error;
        }, { what: `message ${n} is acknowledged`, everyMs: 100 });
        acknowledged.push(`${n}`);
      }
    })();
    await waitFor(() => acknowledged.length > 3);
    for (const name of ['api-server-1', 'api-server-2']) {
      assert.deepEqual(await installation.stop(name), { code: 0, signal: null });
      const before = acknowledged.length;
      await waitFor(() => acknowledged.length > before + 3, { what: 'the other server takes messages' });
      await installation.start(name);
    }
    writing = false;
    await writer;
    const all = [];
    for (let page; page?.length !== 0; all.unshift(...page)) {
      const before = all.length > 0 ? `&before=${all[0].seq}` : '';
      // Not through nginx, which would find so many requests too many.
      page = (await get(`http://api-server-1:5000/api/rooms/log/messages?limit=200${before}`)).json.messages;
    }
    assert.deepEqual(all.map(({ text }) => text), acknowledged);
    close(socket);
  });

  test('every service ends in its time by its signal', async () => {
    for (const name of ['nginx', 'api-server-1', 'api-server-2', 'redis', 'postgres', 'prometheus', 'alertmanager']) {
      const { code, signal } = await installation.stop(name);
      assert.deepEqual([name, code, signal], [name, 0, null]);
    }
  });
}
