// One server of the chat, and the proxy through which clients reach it.
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { waitFor } from '../../integration/lib/wait.mjs';
import { Child } from './child.mjs';
import { freePort } from './ports.mjs';
import { TcpProxy } from './tcp_proxy.mjs';

const checkout = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../../..');
export const binary = path.resolve(process.env.CHILLIN_BIN ?? path.join(checkout, 'build/release/bin/chillin'));

const settings = {
  HOST: '127.0.0.1',
  IO_THREADS: '1',
  LOG_FORMAT: 'json',
  LOG_LEVEL: 'info',
  SESSION_SECRET: 'only-for-the-chaos-tests-0123456789abcdef',
  MESSAGE_RATE_LIMIT: '0',
  AUTH_RATE_LIMIT: '0',
  ROOM_RATE_LIMIT: '0',
  HANDSHAKE_RATE_LIMIT: '0',
};

export class ChatServer {
  /** @param {{ name: string, folder: string, env?: Record<string, string> }} options */
  static async create({ name, folder, env = {} }) {
    const server = new ChatServer();
    server.name = name;
    server.folder = path.join(folder, name);
    mkdirSync(server.folder, { recursive: true });
    server.port = await freePort();
    server.env = { ...settings, PORT: String(server.port), DATA_DIR: server.folder, ...env };
    /** Asked past the proxy: what the server itself says. */
    server.url = `http://127.0.0.1:${server.port}`;
    server.proxy = await TcpProxy.open({ name: `clients-${name}`, to: server.port });
    /** For the clients. */
    server.proxyUrl = `http://127.0.0.1:${server.proxy.port}`;
    return server;
  }

  constructor() {
    this.name = '';
    this.folder = '';
    this.url = '';
    this.proxyUrl = '';
    this.port = 0;
    /** @type {Record<string, string>} */
    this.env = {};
    /** @type {TcpProxy} */
    this.proxy = /** @type {any} */ (null);
    /** @type {Child | null} */
    this.child = null;
  }

  /** Begins; see `ready`. */
  launch() {
    this.child = new Child(binary, ['serve'], { name: this.name, cwd: this.folder, env: this.env });
  }

  async isReady() {
    const response = await fetch(`${this.url}/health/ready`, { signal: AbortSignal.timeout(2_000) });
    await response.arrayBuffer();
    return response.status === 200;
  }

  /** Resolves when it answers /health/live, or /health/ready: then everything it depends on is there, too. */
  async answers(what = 'ready', timeoutMs = 60_000) {
    const child = /** @type {Child} */ (this.child);
    const began = Date.now();
    await waitFor(async () => {
      if (!child.alive) return true;
      if (what === 'ready') return this.isReady();
      return (await fetch(`${this.url}/health/live`, { signal: AbortSignal.timeout(2_000) })).ok;
    }, { what: `${this.name} is ${what}`, timeoutMs, everyMs: 25 }).catch((error) => {
      throw new Error(`${error.message}; it wrote:\n${child.output.slice(-3_000)}`);
    });
    if (!child.alive) throw new Error(`${this.name} ended (${await child.ended}) before it was ${what}; it wrote:\n${child.output.slice(-3_000)}`);
    // Not wrong, but somebody will want to know.
    if (Date.now() - began > 10_000) console.log(`     ${this.name} took ${Date.now() - began} ms to be ${what}; it wrote:\n${child.output.slice(-2_000)}`);
  }

  async start() {
    this.launch();
    await this.answers();
  }

  kill() {
    return this.child?.kill();
  }

  /** SIGTERM, as an operator stops it: anything but a clean exit is an error. */
  async stop() {
    const how = await this.child?.stop();
    if (how !== 0) throw new Error(`${this.name} ended with ${how} after SIGTERM; it wrote:\n${this.child?.output.slice(-3_000)}`);
  }

  async post(address, body) {
    const response = await fetch(this.url + address, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
    const answer = await response.json();
    if (!response.ok) throw new Error(`POST ${address}: ${response.status} ${JSON.stringify(answer)}`);
    return answer;
  }

  async close() {
    await this.child?.kill();
    await this.proxy.close();
  }
}
