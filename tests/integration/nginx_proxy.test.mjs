// Two servers behind the real nginx with the configuration in deploy/nginx.
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import http from 'node:http';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { ask, close, collect, connect, everyClient, openClient, transportOf } from './lib/clients.mjs';
import { startNginx, startServers } from './lib/nginx.mjs';
import { waitFor } from './lib/wait.mjs';

const serverOf = (socket) => socket.io.engine.id.slice(2).split('_')[0];
const poll = (query) => `/socket.io/?EIO=4&transport=polling${query}`;
const sidOf = (answer) => JSON.parse(answer.text.slice(1)).sid;

describe('two servers', () => {
  let servers;
  let nginx;
  const taken = { 1: 0, 2: 0 };
  before(async () => {
    servers = await startServers(2);
    nginx = await startNginx(servers);
  });
  after(async () => {
    await nginx.stop();
    await Promise.all(servers.map((server) => server.stop()));
  });

  for (const client of everyClient) {
    test(`client ${client.version}, ${client.transport}: twenty of them stay with the server that took them`, async () => {
      const sockets = await Promise.all(Array.from({ length: 20 }, () => connect(nginx, client)));
      for (const socket of sockets) taken[serverOf(socket)] += 1;
      await Promise.all(sockets.map(async (socket, n) => {
        const room = `room ${client.version} ${client.transport} ${n}`;
        const messages = collect(socket, 'message');
        await ask(socket, 'join', { name: `guest${n}`, room });
        for (let line = 0; line < 5; ++line) await ask(socket, 'sendMessage', { text: `line ${line}`, room });
        await waitFor(() => messages.items.filter((message) => message.id).length === 5);
        assert.equal(transportOf(socket), client.transport === 'polling' ? 'polling' : 'websocket');
      }));
      assert.ok(sockets.every((socket) => socket.connected), 'none had to come back');
      for (const socket of sockets) close(socket);
    });
  }

  test('newcomers go to both servers', () => {
    assert.ok(taken[1] >= 20 && taken[2] >= 20, JSON.stringify(taken));
  });

  test('a poll for a session that its server does not know gets what the protocol says', async () => {
    const sid = sidOf(await nginx.get(poll('')));
    const own = sid[2];
    const foreign = sid.replace(/^(..)./, `$1${own === '1' ? '2' : '1'}`);
    for (const id of [foreign, `AA1_${'x'.repeat(18)}`, 'nonsense', `AA9_${'x'.repeat(18)}`]) {
      const answer = await nginx.get(poll(`&sid=${id}`));
      assert.deepEqual([answer.status, answer.json], [400, { code: 1, message: 'Session ID unknown' }], id);
    }
    const post = await nginx.post(poll(`&sid=${foreign}`), '40');
    assert.deepEqual([post.status, post.json.code], [400, 1]);
    // Straight to the wrong server, as a balancer that knows no sessions would.
    const wrong = await servers[own === '1' ? 1 : 0].get(poll(`&sid=${sid}`));
    assert.deepEqual([wrong.status, wrong.json], [400, { code: 1, message: 'Session ID unknown' }]);
    assert.equal((await nginx.post(poll(`&sid=${sid}`), '40')).status, 200, 'the session itself goes on');
  });

  test('pages and files come through, packed, and scripts from the cache', async () => {
    const page = await nginx.get('/', { headers: { 'accept-encoding': 'gzip' } });
    assert.equal(page.status, 200);
    assert.match(page.headers['content-type'], /text\/html/);
    assert.match(page.headers['content-security-policy'], /default-src/);
    const plain = await nginx.get('/');
    const script = plain.text.match(/\/assets\/[^"]+\.js/)[0];
    for (const coding of ['br', 'gzip', undefined]) {
      for (let n = 0; n < 2; ++n) {
        const answer = await nginx.get(script, { headers: coding ? { 'accept-encoding': coding } : {} });
        assert.equal(answer.status, 200);
        assert.equal(answer.headers['content-encoding'], coding);
        assert.match(answer.headers['cache-control'], /immutable/);
      }
    }
    const cached = nginx.accessLog.filter((line) => line.includes(script));
    assert.ok(cached.some((line) => line.includes('upstream=-')), `one came from the cache:\n${cached.join('\n')}`);
    const api = await nginx.get('/api/openapi.json', { headers: { 'accept-encoding': 'gzip' } });
    assert.equal(api.headers['content-encoding'], 'gzip');
  });

  test('a body that is too large is refused in words a client understands', async () => {
    const { token } = (await nginx.post('/api/auth/register', { username: 'ada', password: 'correct horse' })).json;
    const large = await nginx.post('/api/uploads?name=large.bin', Buffer.alloc(12 * 1024 * 1024), { token, headers: { 'content-type': 'application/octet-stream' } });
    assert.deepEqual([large.status, large.json.code], [413, 'PAYLOAD_TOO_LARGE']);
    const sid = sidOf(await nginx.get(poll('')));
    const packet = await nginx.post(poll(`&sid=${sid}`), `4${'x'.repeat(3 * 1024 * 1024)}`);
    assert.deepEqual([packet.status, packet.json.code], [413, 'PAYLOAD_TOO_LARGE']);
  });

  test('no token stands in the access log', async () => {
    await nginx.get(`${poll('')}&token=a-secret-token`);
    await waitFor(() => nginx.accessLog.some((line) => line.includes('/socket.io/')));
    assert.doesNotMatch(nginx.accessLog.join('\n'), /a-secret-token|sid=/);
  });
});

test('a server is killed: its clients are on the other one within their back-off, and newcomers wait for nothing', async () => {
  const servers = await startServers(2);
  const nginx = await startNginx(servers);
  const sockets = await Promise.all(everyClient.flatMap((client) => Array.from({ length: 5 }, async () => {
    const socket = openClient(nginx, { ...client, reconnection: true, reconnectionDelay: 200, reconnectionDelayMax: 1_000 });
    await waitFor(() => socket.connected && (client.transport !== 'upgrade' || transportOf(socket) === 'websocket'));
    return socket;
  })));
  assert.ok(sockets.some((socket) => serverOf(socket) === '1'));
  await servers[0].kill();
  const began = Date.now();
  await waitFor(() => sockets.every((socket) => socket.connected && serverOf(socket) === '2'), { what: 'all are on the second' });
  assert.ok(Date.now() - began < 10_000, `${Date.now() - began} ms`);
  for (let n = 0; n < 10; ++n) assert.equal((await nginx.get('/api/rooms')).status, 200);
  await ask(sockets[0], 'join', { name: 'ada', room: 'tea' });

  await servers[1].kill();
  const away = await nginx.get('/api/rooms');
  assert.deepEqual([away.status, away.json.code, away.headers['retry-after']], [503, 'UNAVAILABLE', '1']);
  await Promise.all(servers.map((server) => server.start()));
  await waitFor(() => sockets.every((socket) => socket.connected), { what: 'all are back' });
  for (const socket of sockets) close(socket);
  await nginx.stop();
  await Promise.all(servers.map((server) => server.stop()));
});

describe('addresses', () => {
  test('limits count the address that nginx sees, whatever the client claims', async () => {
    const servers = await startServers(1, { HANDSHAKE_RATE_LIMIT: '3/60', AUTH_RATE_LIMIT: '2/60' });
    const nginx = await startNginx(servers);
    const statuses = async (from, headers) => {
      const all = [];
      for (let n = 0; n < 4; ++n) all.push((await nginx.get(poll(''), { from, headers: headers?.(n) })).status);
      return all;
    };
    assert.deepEqual(await statuses('127.0.0.2'), [200, 200, 200, 429]);
    const claims = (n) => ({ 'x-forwarded-for': `203.0.113.${n}`, 'x-real-ip': `203.0.113.${n}`, forwarded: `for=203.0.113.${n}`, 'x-forwarded-host': 'evil' });
    assert.deepEqual(await statuses('127.0.0.2', claims), [429, 429, 429, 429], 'claims change nothing');
    assert.deepEqual(await statuses('127.0.0.3', claims), [200, 200, 200, 429], 'nor do they for others');
    const login = (name, from) => nginx.post('/api/auth/login', { username: name, password: 'x' }, { from, headers: claims(7) });
    assert.deepEqual([(await login('a', '127.0.0.4')).status, (await login('b', '127.0.0.4')).status, (await login('c', '127.0.0.4')).status, (await login('d', '127.0.0.5')).status], [401, 401, 429, 401]);
    await waitFor(() => nginx.accessLog.some((line) => line.startsWith('127.0.0.3 ')));
    assert.ok(nginx.accessLog.every((line) => /^127\.0\.0\.\d /.test(line)));
    await nginx.stop();
    await servers[0].stop();
  });

  test('behind a balancer that nginx is told about, the address is the one that the balancer saw', async () => {
    const servers = await startServers(1, { HANDSHAKE_RATE_LIMIT: '1/60' });
    const nginx = await startNginx(servers, { change: { 'common.conf': [
      ['# set_real_ip_from 10.0.0.0/8;', 'set_real_ip_from 127.0.0.9;'], ['# real_ip_header', 'real_ip_header'], ['# real_ip_recursive', 'real_ip_recursive'],
    ] } });
    const from = (address, claimed) => nginx.get(poll(''), { from: address, headers: { 'x-forwarded-for': claimed } }).then((answer) => answer.status);
    assert.deepEqual([await from('127.0.0.9', '203.0.113.1'), await from('127.0.0.9', '203.0.113.1'), await from('127.0.0.9', '6.6.6.6, 203.0.113.2')], [200, 429, 200]);
    assert.deepEqual([await from('127.0.0.8', '203.0.113.3'), await from('127.0.0.8', '203.0.113.4')], [200, 429], 'nobody else is believed');
    await nginx.stop();
    await servers[0].stop();
  });

  test('one address has a limit of connections and of requests, and is told so', async () => {
    const servers = await startServers(1);
    const nginx = await startNginx(servers, { limits: true, change: {
      'locations.conf': [['limit_conn chillin_connections 200;', 'limit_conn chillin_connections 5;'], ['burst=100', 'burst=3']],
      'common.conf': [['rate=50r/s', 'rate=1r/m']],
    } });
    const sockets = await Promise.all(Array.from({ length: 5 }, () => connect(nginx)));
    const refusal = await nginx.get('/health/live');
    assert.deepEqual([refusal.status, refusal.json.code], [429, 'RATE_LIMITED']);
    assert.equal((await nginx.get('/health/live', { from: '127.0.0.2' })).status, 200, 'others are not concerned');
    for (const socket of sockets) close(socket);
    await waitFor(async () => (await nginx.get('/health/live', { from: '127.0.0.3' })).status === 200);
    const statuses = [];
    for (let n = 0; n < 8; ++n) statuses.push((await nginx.get('/api/rooms', { from: '127.0.0.4' })).status);
    assert.deepEqual(statuses, [200, 200, 200, 200, 429, 429, 429, 429]);
    await nginx.stop();
    await servers[0].stop();
  });
});

test('TLS: pages, polling and WebSocket, and plain HTTP leads there', async () => {
  const servers = await startServers(2);
  const nginx = await startNginx(servers, { tls: true });
  const ca = readFileSync(nginx.fullchain);
  for (const transport of ['polling', 'websocket', 'upgrade']) {
    const socket = await connect(nginx, { transport, ca });
    await ask(socket, 'join', { name: `guest ${transport}`, room: 'tea' });
    await ask(socket, 'sendMessage', 'over TLS');
    close(socket);
  }
  const page = await nginx.get('/');
  assert.deepEqual([page.status, page.headers['strict-transport-security'], page.headers.server], [200, 'max-age=31536000', 'nginx']);
  const plain = await new Promise((resolve, reject) => {
    http.get({ host: '127.0.0.1', port: nginx.redirectPort, path: '/r/tea?x=1', headers: { host: 'chat.example' } }, (response) => {
      response.resume();
      resolve(response);
    }).on('error', reject);
  });
  assert.deepEqual([plain.statusCode, plain.headers.location], [308, 'https://chat.example/r/tea?x=1']);
  assert.equal(plain.headers['strict-transport-security'], undefined, 'browsers ignore it there, as they should');
  for (const [target, status, body] of [['/assets/gone-AAAAAAAA.js', 404], ['/api/rooms/create', 413, Buffer.alloc(12 << 20)]]) {
    const answer = await nginx.request(body ? 'POST' : 'GET', target, { body });
    assert.deepEqual([answer.status, answer.headers['strict-transport-security']], [status, 'max-age=31536000'], target);
  }
  const old = spawnSync('openssl', ['s_client', '-connect', `127.0.0.1:${nginx.port}`, '-tls1_1'], { input: '' });
  assert.notEqual(old.status, 0, 'TLS 1.1 is refused');
  await Promise.all(servers.map((server) => server.stop()));
  const away = await nginx.get('/api/rooms');
  assert.deepEqual([away.status, away.headers['strict-transport-security']], [503, 'max-age=31536000'], 'what nginx says by itself promises https too');
  await nginx.stop();
});

test('every block of nginx that adds a header adds the promise of https', () => {
  const text = readFileSync(new URL('../../deploy/nginx/locations.conf', import.meta.url), 'utf8');
  const blocks = text.split(/^(?=location )/m).map((block) => block.slice(0, block.includes('\n}') ? block.indexOf('\n}') : undefined));
  const adding = blocks.filter((block) => /^\s*add_header /m.test(block));
  assert.ok(adding.length >= 5, `${adding.length} blocks`);
  for (const block of adding) assert.match(block, /^\s*add_header Strict-Transport-Security \$chillin_hsts always;$/m);
});

test('make-servers: servers.conf is what it writes, and mistakes are named', () => {
  const folder = fileURLToPath(new URL('../../deploy/nginx', import.meta.url));
  const made = execFileSync(`${folder}/make-servers`, ['1=127.0.0.1:5001', '2=127.0.0.1:5002'], { encoding: 'utf8' });
  assert.equal(made, readFileSync(`${folder}/servers.conf`, 'utf8'));
  for (const [argument, message] of [['a_b=h:1', /no SERVER_ID/], ['1=nowhere', /no port/], ['1=a:1;b', /no address/], ['just', /no port/]]) {
    const run = spawnSync(`${folder}/make-servers`, [argument], { encoding: 'utf8' });
    assert.equal(run.status, 2, argument);
    assert.match(run.stderr, message);
  }
  assert.match(spawnSync(`${folder}/make-servers`, [], { encoding: 'utf8' }).stderr, /SERVER_ID/);
});
