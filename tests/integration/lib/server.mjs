// Runs the real server binary: on a free port, with a data folder of its own, its log at hand, and gone at the end.
//
//   const server = await startServer({ env: { GUEST_ACCESS: 'false' } });
//   await server.kill();       // kill -9
//   await server.start();      // again, on the same port and the same data
//   await server.stop();       // SIGTERM; resolves with { code, signal }
//
// Whatever a test file leaves running is killed, and its data folders removed, when the file has ended.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import http from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { after } from 'node:test';
import { freePort } from './free_port.mjs';
import { sharedPostgres } from './postgres.mjs';
import { patienceMs, waitFor, within } from './wait.mjs';

export { freePort };

const checkout = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../../..');

/** The program under test; CHILLIN_BIN names another build of it, one with sanitizers for example. */
export const binary = path.resolve(process.env.CHILLIN_BIN ?? path.join(checkout, 'build/release/bin/chillin'));

// The server gets this and nothing else of the caller's environment: a DATABASE_URL in a developer's shell must not
// decide what is tested. Limits are off unless a test is about them.
const inherited = ['PATH', 'HOME', 'LANG', 'TMPDIR', 'ASAN_OPTIONS', 'UBSAN_OPTIONS', 'TSAN_OPTIONS', 'ASAN_SYMBOLIZER_PATH'];
const defaults = {
  HOST: '127.0.0.1',
  LOG_FORMAT: 'json',
  LOG_LEVEL: 'info',
  SESSION_SECRET: 'integration-tests-only-secret-0123456789',
  MESSAGE_RATE_LIMIT: '0',
  AUTH_RATE_LIMIT: '0',
  ROOM_RATE_LIMIT: '0',
  HANDSHAKE_RATE_LIMIT: '0',
};

/**
 * CHILLIN_STORAGE=postgres: every data folder stands for a database of its own on a PostgreSQL that the test file
 * starts, so that a test of the chat is one on either storage. A test that names a database itself gets that one.
 */
const databases = new Map();
async function storageFor(dataDir, env = {}) {
  if (process.env.CHILLIN_STORAGE !== 'postgres' || Object.keys(env).some((name) => /^(DATABASE_URL|DB_)/.test(name))) return {};
  if (!databases.has(dataDir)) {
    databases.set(dataDir, (await sharedPostgres()).createDatabase());
  }
  return { DATABASE_URL: (await databases.get(dataDir)).url };
}

const running = new Set();
const folders = new Set();

function removeFolders() {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
  folders.clear();
}

after(async () => {
  await Promise.all([...running].map((server) => server.kill()));
  removeFolders();
});
process.on('exit', () => {
  for (const server of running) server.process?.kill('SIGKILL');
  removeFolders();
});

/** A folder that is removed when the test file has ended. */
export function temporaryFolder(prefix = 'chillin-test-') {
  const folder = mkdtempSync(path.join(tmpdir(), prefix));
  folders.add(folder);
  return folder;
}

/** One data folder and port, and the processes that run on them one after the other. */
export class ChillinServer {
  /**
   * env: added to the defaults above; a variable set to undefined is left out. args: of the program. wrapper: a command
   * that ends in exec of what follows it, such as ['prlimit', '--nofile=256'].
   */
  constructor({ port, dataDir, env = {}, args = ['serve'], wrapper = [] }) {
    this.port = port;
    this.host = env.HOST ?? defaults.HOST;
    this.url = `http://${this.host}:${port}`;
    this.dataDir = dataDir;
    this.env = env;
    this.args = args;
    this.wrapper = wrapper;
    this.process = null;
    /** Everything that every process of this server has written, stdout and stderr together. */
    this.output = '';
  }

  get pid() {
    return this.process?.pid;
  }

  /** Starts the program and resolves when /health/ready answers 200. env is added for good. */
  async start({ env = {}, timeoutMs = patienceMs } = {}) {
    this.spawn(env);
    await waitFor(
      async () => {
        if (!this.process) throw new Error('ended before it was ready');
        return (await this.get('/health/ready', { timeoutMs: 2_000 })).status === 200;
      },
      { what: 'the server is ready', timeoutMs, everyMs: 25, },
    ).catch(async (error) => {
      await this.kill();
      throw new Error(`${error.message} (${error.cause?.message ?? 'no cause'}); it wrote:\n${this.output.slice(-4_000)}`);
    });
    return this;
  }

  /** Starts the program and waits for nothing: for tests of a start that is refused. */
  spawn(env = {}) {
    if (this.process) throw new Error('this server runs already');
    Object.assign(this.env, env);
    const environment = { ...defaults, PORT: String(this.port), DATA_DIR: this.dataDir, ...this.env };
    for (const name of inherited) if (process.env[name] !== undefined) environment[name] ??= process.env[name];
    for (const name of Object.keys(environment)) if (environment[name] === undefined) delete environment[name];
    const [program, ...args] = [...this.wrapper, binary, ...this.args];
    const child = spawn(program, args, { env: environment, cwd: this.dataDir, stdio: ['ignore', 'pipe', 'pipe'] });
    this.process = child;
    running.add(this);
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8');
      stream.on('data', (text) => { this.output += text; });
    }
    this.exited = new Promise((resolve, reject) => {
      child.once('error', reject);
      // close, not exit: only then has everything it wrote been read.
      child.once('close', (code, signal) => {
        // Nobody sent that: whatever the test says next, this is why.
        if (signal !== null && signal !== this.sent) console.error(`the server ended by ${signal}; it wrote:\n${this.output.slice(-4_000)}`);
        resolve({ code, signal });
      });
    }).finally(() => {
      if (this.process === child) this.process = null;
      running.delete(this);
    });
    this.exited.catch(() => {});
    return this;
  }

  /** Sends a signal and resolves with { code, signal } when the process has ended. */
  async end(signal, timeoutMs) {
    if (!this.process) return this.exited;
    this.sent = signal;
    this.process.kill(signal);
    return within(this.exited, { what: `the server ends after ${signal}`, timeoutMs });
  }

  /** SIGTERM, as an operator stops it. Rejects (after kill -9) when it does not end in time. */
  async stop({ timeoutMs = 15_000 } = {}) {
    try {
      return await this.end('SIGTERM', timeoutMs);
    } catch (error) {
      await this.kill();
      throw error;
    }
  }

  /** kill -9. */
  async kill() {
    return this.end('SIGKILL', patienceMs);
  }

  /** Stops it (kill -9 with { hard: true }) and starts it again on the same port and data. */
  async restart({ hard = false, env } = {}) {
    await (hard ? this.kill() : this.stop());
    return this.start({ env });
  }

  /** The JSON lines of the log so far. */
  get logLines() {
    return this.output.split('\n').flatMap((line) => {
      try {
        return [JSON.parse(line)];
      } catch {
        return [];
      }
    });
  }

  /** Resolves with the first match of `pattern` in everything it wrote. */
  waitForOutput(pattern, options = {}) {
    return waitFor(() => this.output.match(pattern), { what: `the server writes ${pattern}`, ...options });
  }

  /** Resident memory in bytes, from /proc. */
  async residentBytes() {
    const { readFile } = await import('node:fs/promises');
    const status = await readFile(`/proc/${this.pid}/status`, 'utf8');
    return Number(status.match(/^VmRSS:\s+(\d+) kB$/m)[1]) * 1024;
  }

  /**
   * One HTTP request on a connection of its own. body: a string or Buffer as it is, anything else as JSON.
   * Resolves with { status, headers, bytes, text, json }; json is undefined where the answer is none. The target is sent as
   * it stands, dots and all.
   */
  request(method, target, { body, headers = {}, token, timeoutMs = patienceMs } = {}) {
    const isRaw = body === undefined || typeof body === 'string' || Buffer.isBuffer(body);
    const payload = isRaw ? body : JSON.stringify(body);
    const all = { ...(isRaw ? {} : { 'content-type': 'application/json' }), ...(token ? { authorization: `Bearer ${token}` } : {}), ...headers };
    return new Promise((resolve, reject) => {
      const request = http.request(this.url, { method, path: target, headers: all, agent: false, timeout: timeoutMs }, (response) => {
        const chunks = [];
        response.on('data', (chunk) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () => {
          const bytes = Buffer.concat(chunks);
          const text = bytes.toString('utf8');
          let json;
          try {
            json = JSON.parse(text);
          } catch {
            // Not JSON: the caller sees undefined.
          }
          resolve({ status: response.statusCode, headers: response.headers, bytes, text, json });
        });
      });
      request.on('timeout', () => request.destroy(new Error(`${method} ${target}: no answer within ${timeoutMs} ms`)));
      request.on('error', reject);
      request.end(payload);
    });
  }

  get(target, options) {
    return this.request('GET', target, options);
  }

  post(target, body, options = {}) {
    return this.request('POST', target, { ...options, body });
  }
}

/** A server on a free port and a new data folder (or those given), ready when this resolves. */
export async function startServer({ port, dataDir, env, args, wrapper, timeoutMs } = {}) {
  for (let attempt = 1; ; ++attempt) {
    const folder = dataDir ?? temporaryFolder();
    const server = new ChillinServer({
      port: port ?? (await freePort(env?.HOST)),
      dataDir: folder,
      env: { ...(await storageFor(folder, env)), ...env },
      args,
      wrapper,
    });
    try {
      return await server.start({ timeoutMs });
    } catch (error) {
      // Someone else took the port between the probe and the start.
      if (port !== undefined || attempt === 3 || !/in use/i.test(server.output)) throw error;
    }
  }
}

/** Runs the program to its end, with subcommands that end by themselves: { code, signal, output }. */
export async function runBinary(args, { env = {}, timeoutMs = patienceMs } = {}) {
  const server = new ChillinServer({ port: await freePort(), dataDir: temporaryFolder(), env: { ...env }, args });
  server.spawn();
  try {
    const ended = await within(server.exited, { what: `chillin ${args.join(' ')} ends`, timeoutMs });
    return { ...ended, output: server.output };
  } finally {
    await server.kill();
  }
}
