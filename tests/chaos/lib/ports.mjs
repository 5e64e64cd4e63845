// Free ports of the loopback, below the range from which the kernel gives ports to outgoing connections: no client takes
// one before its server does. All have five digits (redis_sentinels.mjs relies on it), and none is handed out twice.
import { createServer } from 'node:net';

const handedOut = new Set();

export async function freePort() {
  for (let attempt = 0; attempt < 200; ++attempt) {
    const port = 15_000 + Math.floor(Math.random() * 15_000);
    if (handedOut.has(port)) continue;
    const free = await new Promise((resolve) => {
      const probe = createServer();
      probe.once('error', () => resolve(false));
      probe.listen({ port, host: '127.0.0.1', exclusive: true }, () => probe.close(() => resolve(true)));
    });
    if (!free) continue;
    handedOut.add(port);
    return port;
  }
  throw new Error('no free port found');
}
