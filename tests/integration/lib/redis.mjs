// A real redis-server in a folder of its own, on a free port of the loopback, without persistence.
//
//   const redis = await startRedis();
//   redis.url;                       // redis://127.0.0.1:<port>
//   await redis.kill(); await redis.start();
//
// Whatever a test file leaves running is killed when the file has ended.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createConnection, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after } from 'node:test';
import { waitFor } from './wait.mjs';

const running = new Set();
after(() => {
  for (const child of running) child.kill('SIGKILL');
});
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

/** A port that nobody listens on now. */
export function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

function listens(port) {
  return new Promise((resolve) => {
    const socket = createConnection({ port, host: '127.0.0.1' });
    socket.once('connect', () => resolve(true));
    socket.once('error', () => resolve(false));
    socket.once('close', () => socket.destroy());
    setTimeout(() => socket.destroy(), 1_000).unref();
  });
}

/** Resolves with { port, url, start(), kill() } once it answers. `settings`: more of redis.conf. */
export async function startRedis(settings = {}) {
  const port = await freePort();
  const folder = mkdtempSync(path.join(tmpdir(), 'chillin-redis-'));
  after(() => rmSync(folder, { recursive: true, force: true }));
  let child;
  const redis = {
    port,
    url: `redis://127.0.0.1:${port}`,
    async start() {
      const options = { port, bind: '127.0.0.1', dir: folder, save: '', appendonly: 'no', ...settings };
      child = spawn('redis-server', Object.entries(options).flatMap(([name, value]) => [`--${name}`, String(value)]), {
        stdio: 'ignore',
      });
      running.add(child);
      await waitFor(() => listens(port), { what: 'redis-server listens' });
    },
    /** As by kill -9. */
    async kill() {
      const ended = new Promise((resolve) => child.once('close', resolve));
      child.kill('SIGKILL');
      running.delete(child);
      await ended;
    },
  };
  await redis.start();
  return redis;
}
