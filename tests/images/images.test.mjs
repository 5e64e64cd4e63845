// The images that `./test images` has built: what is in them runs as in a container. Without a container engine: the
// image's root file system is mounted by buildah and made read-only (in-image), in a network of the test's own.
import assert from 'node:assert/strict';
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { after, test } from 'node:test';

// Before the helpers are loaded, which take the program's name from there.
process.env.CHILLIN_BIN = '/usr/local/bin/chillin';
const { ChillinServer, temporaryFolder } = await import('../integration/lib/server.mjs');
const { ask, collect, connect, close } = await import('../integration/lib/clients.mjs');
const { waitFor, within } = await import('../integration/lib/wait.mjs');

const store = process.env.CHILLIN_IMAGE_STORE;
if (!store) throw new Error('CHILLIN_IMAGE_STORE is not set: ./test images sets it');
const inImage = fileURLToPath(new URL('in-image', import.meta.url));
const buildah = (...args) => execFileSync('buildah', ['--root', `${store}/images`, '--runroot', `${store}/run`, ...args], { encoding: 'utf8' }).trim();

const containers = new Map();
const processes = new Set();
after(() => {
  for (const child of processes) child.kill('SIGKILL');
  for (const { id } of containers.values()) {
    buildah('umount', id);
    buildah('rm', id);
  }
});

/** A container of an image, its root file system mounted: { id, root, config }. */
function container(name) {
  if (!containers.has(name)) {
    const id = buildah('from', '--pull=never', `chillin/${name}:latest`);
    containers.set(name, { id, root: buildah('mount', id), config: JSON.parse(buildah('inspect', id)).Docker.config });
  }
  return containers.get(name);
}

/** `buildah run`: in the container as it was built, writable. */
const run = (name, ...command) => spawnSync('buildah', ['--root', `${store}/images`, '--runroot', `${store}/run`, 'run', '--isolation', 'chroot', container(name).id, '--', ...command], { encoding: 'utf8' });

const wrapper = (name, uid, folder, to) => ['unshare', '--mount', inImage, container(name).root, uid, uid, folder, to];

async function startInImage(n) {
  const folder = temporaryFolder('chillin-image-');
  const data = path.join(folder, 'data');
  mkdirSync(data);
  const server = new ChillinServer({
    port: 5000, dataDir: folder, wrapper: wrapper('server', '10001', data, '/data'),
    env: { HOST: `127.0.0.${10 + n}`, DATA_DIR: '/data', SERVER_ID: `${n}`, TRUST_PROXY: '127.0.0.1', PATH: '/usr/local/bin:/usr/bin:/bin' },
  });
  return server.start();
}

for (const name of ['server', 'nginx']) {
  test(`${name}: not root, labelled, with a health check`, () => {
    const { config } = container(name);
    assert.match(config.User, /^[1-9]\d+:[1-9]\d+$/);
    assert.equal(config.Labels['org.opencontainers.image.licenses'], 'MIT');
    assert.match(config.Labels['org.opencontainers.image.version'], /^\d+\.\d+\.\d+$/);
    assert.equal(config.Healthcheck.Test[0], 'CMD');
    assert.equal(run(name, 'id', '-u').stdout.trim(), config.User.split(':')[0]);
  });
}

test('server: the program is stripped, of this version, and refuses a wrong value', () => {
  const { config } = container('server');
  assert.deepEqual([config.Entrypoint, config.Cmd, config.StopSignal], [['chillin'], ['serve'], 'SIGTERM']);
  assert.match(run('server', 'chillin', '--version').stdout, new RegExp(`^chillin ${config.Labels['org.opencontainers.image.version']} \\(${config.Labels['org.opencontainers.image.revision']}\\)`));
  assert.doesNotMatch(execFileSync('readelf', ['-S', `${container('server').root}/usr/local/bin/chillin`], { encoding: 'utf8' }), /\.symtab|\.debug_info/);
  const refused = run('server', 'sh', '-c', 'PORT=high chillin serve');
  assert.notEqual(refused.status, 0);
  assert.match(refused.stderr, /PORT='high' is not valid/);
});

test('a message through nginx and two servers of the images, on read-only root file systems', async () => {
  const servers = await Promise.all([startInImage(1), startInImage(2)]);
  for (const server of servers) {
    assert.equal((await server.get('/health/ready')).status, 200);
    assert.match((await server.get('/')).text, /<script/, 'the client is in it');
    const status = execFileSync('cat', [`/proc/${server.pid}/status`], { encoding: 'utf8' });
    assert.match(status, /^Uid:\s+10001\s+10001/m);
    assert.match(status, /^NoNewPrivs:\s+1$/m);
    assert.match(status, /^CapEff:\s+0+$/m);
  }
  // The health check, as the image has it.
  const check = spawnSync('/usr/sbin/chroot', [container('server').root, ...container('server').config.Healthcheck.Test.slice(1)],
    { env: { HOST: servers[0].host, PORT: '5000', PATH: '/usr/local/bin' }, encoding: 'utf8' });
  assert.equal(check.status, 0, check.stderr);

  const folder = temporaryFolder('chillin-image-nginx-');
  const [program, ...args] = [...wrapper('nginx', '10002', folder, '/tmp'), ...container('nginx').config.Cmd];
  // A file that nginx, who is not root, may open anew by /dev/stdout, as it may in a container.
  const log = path.join(temporaryFolder('chillin-image-log-'), 'log');
  const output = openSync(log, 'a');
  chmodSync(log, 0o666);
  const nginx = spawn(program, args, { stdio: ['ignore', output, output],
    env: { PATH: '/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', CHILLIN_SERVERS: servers.map((server) => `${server.env.SERVER_ID}=${server.host}:5000`).join(' ') } });
  processes.add(nginx);
  const ended = new Promise((resolve) => { nginx.once('close', (code, signal) => resolve({ code, signal })); });
  const url = 'http://127.0.0.1:8080';
  await waitFor(async () => (await fetch(`${url}/health/ready`)).status === 200, { what: 'nginx serves' }).catch((error) => {
    throw new Error(`${error.message}; nginx wrote:\n${readFileSync(log, 'utf8')}`);
  });
  assert.equal(spawnSync('/usr/sbin/chroot', [container('nginx').root, ...container('nginx').config.Healthcheck.Test.slice(1)]).status, 0);

  for (const transport of ['polling', 'websocket', 'upgrade']) {
    const socket = await connect(url, { transport });
    const messages = collect(socket, 'message');
    await ask(socket, 'join', { name: transport, room: 'tea' });
    await ask(socket, 'sendMessage', `by ${transport}`);
    await messages.next((message) => message.text === `by ${transport}`);
    close(socket);
  }
  const script = (await (await fetch(url)).text()).match(/\/assets\/[^"]+\.js/)[0];
  await Promise.all(servers.map((server) => server.stop()));
  // Both are away, and none of this was asked for before: the client's files are nginx's own.
  const own = await fetch(url + script);
  assert.deepEqual([own.status, own.headers.get('content-type').split(';')[0], own.headers.get('cache-control')], [200, 'application/javascript', 'public, max-age=31536000, immutable']);
  assert.equal((await fetch(`${url}/assets/none-12345678.js`)).status, 404);
  assert.equal((await fetch(`${url}/api/rooms`)).status, 503);

  nginx.kill(container('nginx').config.StopSignal);
  assert.deepEqual(await within(ended, { what: 'nginx ends' }), { code: 0, signal: null }, readFileSync(log, 'utf8'));
});
