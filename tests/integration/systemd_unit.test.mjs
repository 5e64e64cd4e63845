// The server under the limits of deploy/systemd/chillin.service (tests/support/under_unit.py), where no systemd runs: nothing that it
// does needs what the unit refuses. tests/scripts/deploy_files_test.py has systemd's own opinion of the unit.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { test } from 'node:test';
import { startServer, temporaryFolder } from './lib/server.mjs';
import { ask, collect, connect, close, everyClient } from './lib/clients.mjs';
import { register } from './lib/cluster.mjs';

const underUnit = fileURLToPath(new URL('../support/under_unit.py', import.meta.url));

test('what the unit refuses is refused', () => {
  // A socket of another family, a mount, another owner.
  for (const command of [['/usr/bin/python3', '-c', 'import socket; socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0)'], ['mount', '-t', 'tmpfs', 'none', '/mnt'], ['chown', '0', '/tmp']]) {
    const { status, stderr } = spawnSync(underUnit, command, { encoding: 'utf8' });
    assert.notEqual(status, 0, command.join(' '));
    assert.match(stderr, /not permitted|denied|superuser/i, command.join(' '));
  }
  assert.equal(spawnSync(underUnit, ['true']).status, 0);
});

test('the server works within it: accounts, messages by every client, avatars, search, an end by SIGTERM', async () => {
  const dataDir = temporaryFolder();
  chmodSync(dataDir, 0o777);
  const server = await startServer({ dataDir, wrapper: [underUnit] });
  const { token } = await register(server);
  for (const [n, client] of everyClient.entries()) {
    const socket = await connect(server, { ...client, ...(n === 0 ? { token } : {}) });
    const messages = collect(socket, 'message');
    await ask(socket, 'join', { name: `guest${n}`, room: 'tea' });
    await ask(socket, 'sendMessage', `number ${n}`);
    await messages.next((message) => message.text === `number ${n}`);
    close(socket);
  }
  // Files are written and synced elsewhere than messages.
  const png = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==', 'base64');
  const avatar = await server.request('PUT', '/api/users/me/avatar', { body: png, token, headers: { 'content-type': 'image/png' } });
  assert.ok(avatar.status < 300, `${avatar.status} ${avatar.text}`);
  assert.equal((await server.get('/api/search?q=number', { token })).status, 200);
  assert.deepEqual(await server.stop(), { code: 0, signal: null });
  const wrong = server.logLines.filter(({ level }) => ['warn', 'error', 'warning'].includes(level));
  assert.deepEqual(wrong, []);
});
