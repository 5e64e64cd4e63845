// A Node.js Socket.IO server with the official Redis adapter, in this process.
//
//   const node = await startNodeServer(redis.url);
//   node.io.to('general').emit('news');
//   const client = await connect(node.url);
//
// Whatever a test file leaves running is closed when the file has ended.
import { createServer } from 'node:http';
import { once } from 'node:events';
import { after } from 'node:test';
import { createAdapter } from '@socket.io/redis-adapter';
import { createClient } from 'redis';
import { Server } from 'socket.io';
import { patienceMs, waitFor } from './wait.mjs';

const closing = [];
after(async () => {
  for (const close of closing.reverse()) await close();
});

const comesBack = (client) => waitFor(() => client.isReady, { timeoutMs: 5_000 }).catch(() => {});

/** A connected client of node-redis. */
export async function connectRedis(url) {
  const client = createClient({ url });
  client.on('error', () => {});
  await client.connect();
  // quit() waits for what is under way: io.close() unsubscribes without waiting. After a restart of Redis the client
  // comes back first, or what waits in it would fail with nobody to catch it.
  closing.push(async () => {
    await comesBack(client);
    await (client.isReady ? client.quit() : client.disconnect()).catch(() => {});
  });
  return client;
}

/** Resolves with { io, port, url } once it listens. `adapter`: options of @socket.io/redis-adapter. */
export async function startNodeServer(redisUrl, adapter = {}) {
  const [pub, sub] = await Promise.all([connectRedis(redisUrl), connectRedis(redisUrl)]);
  const http = createServer();
  const io = new Server(http, { adapter: createAdapter(pub, sub, { requestsTimeout: patienceMs, ...adapter }) });
  http.listen(0, '127.0.0.1');
  await once(http, 'listening');
  closing.push(async () => {
    await comesBack(pub);
    await comesBack(sub);
    await io.close();
  });
  const { port } = http.address();
  return { io, port, url: `http://127.0.0.1:${port}` };
}
