import { createServer } from 'node:net';

/**
 * A port that nobody listens on. Taken below the range from which the kernel gives ports to outgoing connections, so
 * that no client of a test running beside this one takes it before the server does.
 */
export async function freePort(host = '127.0.0.1') {
  for (let attempt = 0; attempt < 100; ++attempt) {
    const port = 15_000 + Math.floor(Math.random() * 15_000);
    const free = await new Promise((resolve) => {
      const probe = createServer();
      probe.once('error', () => resolve(false));
      probe.listen({ port, host, exclusive: true }, () => probe.close(() => resolve(true)));
    });
    if (free) return port;
  }
  throw new Error('no free port found');
}
