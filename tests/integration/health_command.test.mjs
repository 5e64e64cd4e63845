// `chillin health`: what the containers' health checks run.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { freePort, runBinary, startServer } from './lib/server.mjs';
import { connect } from './lib/clients.mjs';
import { waitFor } from './lib/wait.mjs';

const health = (port, { args = [], ...env } = {}) => runBinary(['health', ...args], { env: { PORT: `${port}`, ...env } });

test('says whether the server that runs here is ready, whatever it listens on', async () => {
  const server = await startServer({ env: { HOST: '0.0.0.0' } });
  for (const HOST of ['127.0.0.1', '0.0.0.0', 'localhost']) {
    const { code, output } = await health(server.port, { HOST });
    assert.equal(code, 0, output);
    assert.equal(JSON.parse(output).status, 'ok');
  }
  assert.equal((await health(server.port, { args: ['--live'] })).code, 0);
  await server.stop();
  const away = await health(server.port);
  assert.equal(away.code, 1);
  assert.match(away.output, /^chillin: nothing answers on 127\.0\.0\.1 port \d+: .*refused\n$/i);
});

test('a server that drains is alive and not ready', async () => {
  const server = await startServer({ env: { DRAIN_SECONDS: '120' } });
  // Each is moved at another moment, and with nobody left the server ends: so many that some are left for long.
  const sockets = await Promise.all(Array.from({ length: 20 }, () => connect(server, { reconnection: false })));
  server.process.kill('SIGTERM');
  await waitFor(async () => (await server.get('/health/ready')).status === 503, { what: 'it drains' });
  const ready = await health(server.port);
  assert.equal(ready.code, 1, ready.output);
  assert.equal((await health(server.port, { args: ['--live'] })).code, 0);
  for (const socket of sockets) socket.disconnect();
  await server.kill();
});

test('a server without an address, and one that is no server, are not ready', async () => {
  assert.deepEqual((await health(0)).code, 1);
  const { createServer } = await import('node:net');
  const port = await freePort();
  const mute = createServer((connection) => connection.end('220 mail\r\n')).listen(port, '127.0.0.1');
  const { code, output } = await health(port);
  mute.close();
  assert.equal(code, 1);
  assert.match(output, /no answer/);
});
