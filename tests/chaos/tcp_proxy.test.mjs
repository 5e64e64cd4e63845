// The proxy does to a connection what it is told, and nothing else.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { after, test } from 'node:test';
import { waitFor } from '../integration/lib/wait.mjs';
import { translation } from './lib/redis_sentinels.mjs';
import { TcpProxy } from './lib/tcp_proxy.mjs';

/** Sends back what it gets. */
const echo = createServer({ allowHalfOpen: true }, (socket) => {
  sockets.add(socket);
  socket.on('error', () => {});
  socket.on('close', () => sockets.delete(socket));
  socket.pipe(socket);
});
const sockets = new Set();
echo.listen(0, '127.0.0.1');
await once(echo, 'listening');
const links = [];
after(async () => {
  await Promise.all(links.map((link) => link.close()));
  for (const socket of sockets) socket.destroy();
  echo.close();
});

async function open(options = {}) {
  const link = await TcpProxy.open({ name: 'echo', to: /** @type {any} */ (echo.address()).port, ...options });
  links.push(link);
  const socket = connect({ port: link.port, host: '127.0.0.1' });
  const client = { socket, text: '', ended: false, closed: false, error: '' };
  socket.setEncoding('utf8');
  socket.on('data', (text) => { client.text += text; });
  socket.on('end', () => { client.ended = true; });
  socket.on('close', () => { client.closed = true; });
  socket.on('error', (/** @type {any} */ error) => { client.error = error.code; });
  await once(socket, 'connect');
  return { link, client };
}

const until = (condition, what) => waitFor(condition, { what, timeoutMs: 10_000, everyMs: 5 });

test('it passes everything, and an end as an end', async () => {
  const { client } = await open();
  const text = 'x'.repeat(3_000_000);
  client.socket.end(text);
  await until(() => client.closed, 'closed');
  assert.equal(client.text.length, text.length);
  assert.deepEqual([client.ended, client.error], [true, '']);
});

test('cut: resets what is there and what comes, until it is healed', async () => {
  const { link, client } = await open();
  client.socket.write('a');
  await until(() => client.text === 'a', 'an echo');
  link.cut();
  await until(() => client.closed, 'closed');
  assert.equal(client.error, 'ECONNRESET');
  const next = connect({ port: link.port, host: '127.0.0.1' });
  const [error] = await once(next, 'error');
  assert.equal(error.code, 'ECONNRESET');
  link.heal();
  const last = connect({ port: link.port, host: '127.0.0.1' });
  last.write('b');
  const [bytes] = await once(last, 'data');
  assert.equal(String(bytes), 'b');
  last.destroy();
});

test('freeze: nothing passes, nothing is closed, and nothing is missing afterwards', async () => {
  const { link, client } = await open();
  link.freeze();
  client.socket.write('one');
  await until(() => [...link.connections].some(({ pipes }) => pipes[0].waiting > 0), 'held back');
  assert.deepEqual([client.text, client.closed], ['', false]);
  link.heal();
  client.socket.write(' two');
  await until(() => client.text === 'one two', 'everything, in order');
  client.socket.destroy();
});

test('delay: as long as it says, each way', async () => {
  const { link, client } = await open();
  link.set({ delayMs: 100 });
  const began = Date.now();
  client.socket.write('late');
  await until(() => client.text === 'late', 'the echo');
  assert.ok(Date.now() - began >= 199, `${Date.now() - began} ms`);
  client.socket.destroy();
});

test('throttle: no faster than it says, in order, and not for ever', async () => {
  const { link, client } = await open();
  link.set({ bytesPerSecond: 100_000 });
  const began = Date.now();
  client.socket.write('y'.repeat(30_000));
  await until(() => client.text.length === 30_000, 'all of it');
  assert.ok(Date.now() - began >= 250, `${Date.now() - began} ms`);
  client.socket.destroy();
});

test('half-close: the near side is closed, the far side is not told until it is healed', async () => {
  const { link, client } = await open();
  client.socket.write('a');
  await until(() => client.text === 'a', 'an echo');
  const there = sockets.size;
  link.halfClose();
  await until(() => client.closed, 'closed');
  assert.equal(sockets.size, there);
  link.heal();
  await until(() => sockets.size < there, 'the far side has learnt of it');
});

test('what a Sentinel answers names the proxy of a server', () => {
  const translate = translation(new Map([[16379, 17001], [16380, 17002]]));
  assert.equal(String(translate(Buffer.from('*2\r\n$9\r\n127.0.0.1\r\n$5\r\n16379\r\n'))), '*2\r\n$9\r\n127.0.0.1\r\n$5\r\n17001\r\n');
  assert.equal(String(translate(Buffer.from('chillin 127.0.0.1 16379 127.0.0.1 16380'))), 'chillin 127.0.0.1 17001 127.0.0.1 17002');
});
