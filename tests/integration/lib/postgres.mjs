// A PostgreSQL 15 of the test file's own: on a free port, in a temporary folder, gone at the end.
//
//   const postgres = await startPostgres();
//   const database = await postgres.createDatabase();      // { name, url }
//   const server = await startServer({ env: { DATABASE_URL: database.url } });
//   await postgres.kill();                                   // kill -9, children and all
//   await postgres.start();                                  // again, on the same port and the same data
//   const standby = await postgres.startStandby();           // synchronous; standby.promote()
//
// fsync is off unless asked for: nobody cuts the power here, and kill -9 loses nothing that was written. What kill -9 leaves
// of shared memory lies in the data folder and goes with it, not in /dev/shm for good.
import { spawn, spawnSync } from 'node:child_process';
import { appendFileSync, chownSync, existsSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after } from 'node:test';
import { freePort } from './free_port.mjs';
import { waitFor, within } from './wait.mjs';

const programs = ['/usr/lib/postgresql/15/bin', '/usr/lib/postgresql/16/bin'].find((folder) => existsSync(folder));
const isRoot = process.getuid() === 0;
const running = new Set();

/** Why there is no PostgreSQL to test with; undefined: there is one. An option of node:test's. */
export const withoutPostgres = programs ? undefined : 'PostgreSQL is not installed (scripts/install-deps test)';

after(async () => {
  for (const server of [...running].reverse()) await server.remove();
});
process.on('exit', () => {
  for (const server of running) server.killNow();
});

function ownerOf(user) {
  const line = readFileSync('/etc/passwd', 'utf8').split('\n').find((one) => one.startsWith(`${user}:`));
  if (!line) throw new Error(`there is no user ${user} (scripts/install-deps test installs PostgreSQL)`);
  const [, , uid, gid] = line.split(':').map(Number);
  return { uid, gid };
}

// PostgreSQL refuses to run as root: there it runs as user postgres. In any case it ends with this process.
function command(program, args) {
  const asSomebody = ['--pdeathsig', 'QUIT', ...(isRoot ? ['--reuid=postgres', '--regid=postgres', '--init-groups'] : [])];
  return ['setpriv', [...asSomebody, path.join(programs, program), ...args]];
}

function runTool(program, args) {
  const [tool, all] = command(program, args);
  const done = spawnSync(tool, all, { encoding: 'utf8', cwd: '/' });
  if (done.status !== 0) throw new Error(`${program} failed: ${done.stderr}${done.stdout}`);
  return done.stdout;
}

/** The processes whose parent is `pid`. */
function childrenOf(pid) {
  return readdirSync('/proc').filter((name) => /^\d+$/.test(name)).flatMap((name) => {
    try {
      const stat = readFileSync(`/proc/${name}/stat`, 'utf8');
      return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]) === pid ? [Number(name)] : [];
    } catch {
      return [];
    }
  });
}

function isAlive(pid) {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat[stat.lastIndexOf(')') + 2] !== 'Z';
  } catch {
    return false;
  }
}

/** Its folders are made by prepare(); `conf`: more lines of postgresql.conf. */
export class PostgresServer {
  constructor({ port, folder, data = path.join(folder, 'data'), conf = '' }) {
    Object.assign(this, { port, folder, data, conf, databases: 0, process: null, output: '' });
    this.user = 'chillin';
    this.password = 'test-password';
  }

  /** initdb. walDir: where the write-ahead log is kept, if not among the data. */
  prepare({ walDir } = {}) {
    runTool('initdb', ['-D', this.data, '--auth-local=trust', '--auth-host=scram-sha-256', '--no-sync', '--locale=C.UTF-8', '-E', 'UTF8', '-U', 'postgres',
      ...(walDir ? ['--waldir', walDir] : [])]);
    this.configure();
  }

  configure(more = '') {
    appendFileSync(path.join(this.data, 'postgresql.conf'), [
      "listen_addresses = '127.0.0.1'", `unix_socket_directories = '${this.folder}'`, 'fsync = off', 'shared_buffers = 64MB', 'dynamic_shared_memory_type = mmap', 'max_connections = 60',
      'log_min_messages = warning', 'checkpoint_timeout = 30min', this.conf, more, ''].join('\n'));
  }

  get pid() {
    return this.process?.pid;
  }

  /** Starts it and resolves when it takes connections. */
  async start() {
    await waitFor(async () => {
      if (!this.process) this.spawn();
      await this.trySql('SELECT 1');
      return true;
    }, { what: 'PostgreSQL takes connections', everyMs: 30 }).catch((error) => {
      throw new Error(`${error.message}: ${error.cause?.message}; it wrote:\n${this.output.slice(-2_000)}`);
    });
    return this;
  }

  spawn() {
    const [tool, args] = command('postgres', ['-D', this.data, '-p', String(this.port)]);
    const child = spawn(tool, args, { cwd: '/', stdio: ['ignore', 'pipe', 'pipe'], detached: true });
    this.process = child;
    running.add(this);
    for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text) => { this.output += text; });
    // exit, not close: after kill -9 the children hold the pipes a little longer.
    this.exited = new Promise((resolve) => {
      child.once('exit', () => {
        if (this.process === child) this.process = null;
        resolve();
      });
    });
  }

  /** psql, as the superuser; resolves with what it printed. Rejects with the server's error. */
  trySql(statements, { database = 'postgres' } = {}) {
    const child = spawn(path.join(programs, 'psql'), ['-h', this.folder, '-p', String(this.port), '-U', 'postgres', '-d', database, '-v', 'ON_ERROR_STOP=1', '-XqAt', '-c', statements],
      { cwd: '/', stdio: ['ignore', 'pipe', 'pipe'], env: { PATH: process.env.PATH, PGCONNECT_TIMEOUT: '5' } });
    let out = '';
    let errors = '';
    child.stdout.setEncoding('utf8').on('data', (text) => { out += text; });
    child.stderr.setEncoding('utf8').on('data', (text) => { errors += text; });
    return new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (code) => (code === 0 ? resolve(out.trimEnd()) : reject(new Error(errors.trim() || `psql ended with ${code}`))));
    });
  }

  sql(statements, options) {
    return within(this.trySql(statements, options), { what: statements });
  }

  /** An empty database that user chillin owns: { name, url, env }, env as DB_HOST and its companions. */
  async createDatabase() {
    this.databases += 1;
    const name = `chat${this.databases}`;
    await this.sql(`CREATE DATABASE ${name} OWNER ${this.user}`);
    return {
      name,
      url: this.url(name),
      env: { DB_HOST: '127.0.0.1', DB_PORT: String(this.port), DB_NAME: name, DB_USER: this.user, DB_PASSWORD: this.password },
    };
  }

  url(name, ...others) {
    const hosts = [this, ...others].map(({ port }) => `127.0.0.1:${port}`).join(',');
    return `postgres://${this.user}:${this.password}@${hosts}/${name}`;
  }

  /** SIGTERM is "smart", SIGINT "fast" and SIGQUIT "immediate". */
  async stop(signal = 'SIGINT') {
    if (!this.process) return;
    this.process.kill(signal);
    await within(this.exited, { what: `PostgreSQL ends after ${signal}` });
  }

  /** kill -9 of the server process and all its children, as when the machine dies. */
  async kill() {
    const { exited, pid } = this;
    const family = this.killNow();
    await within(exited, { what: 'PostgreSQL ends' });
    await waitFor(() => !family.some(isAlive), { what: `the children of ${pid} end` });
  }

  killNow() {
    if (!this.process) return [];
    const children = childrenOf(this.pid);
    for (const pid of [this.pid, ...children]) {
      try {
        process.kill(pid, 'SIGKILL');
      } catch {
        // It has ended by itself.
      }
    }
    return children;
  }

  /** A standby that commits wait for (synchronous: false: that they do not). Both are in DATABASE_URL as url(name, standby). */
  async startStandby({ synchronous = true } = {}) {
    const standby = new PostgresServer({ port: await freePort(), folder: makeFolder(), conf: "cluster_name = 'standby'" });
    running.add(standby);
    runTool('pg_basebackup', ['-h', this.folder, '-p', String(this.port), '-U', 'postgres', '-D', standby.data, '-R', '-X', 'stream', '-c', 'fast', '--no-sync']);
    standby.configure();
    standby.databases = this.databases;
    await standby.start();
    if (!synchronous) return standby;
    await this.sql("ALTER SYSTEM SET synchronous_standby_names = 'standby'");
    await this.sql('SELECT pg_reload_conf()');
    await waitFor(async () => (await this.trySql("SELECT count(*) FROM pg_stat_replication WHERE sync_state = 'sync'")) === '1', { what: 'the standby is synchronous' });
    return standby;
  }

  /** This standby is the primary from now on. */
  promote() {
    return this.sql('SELECT pg_promote(true, 30)');
  }

  async remove() {
    await this.kill().catch(() => {});
    running.delete(this);
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** A folder that PostgreSQL may write into. */
export function makeFolder() {
  const folder = mkdtempSync(path.join(tmpdir(), 'chillin-pg-'));
  if (isRoot) {
    const { uid, gid } = ownerOf('postgres');
    chownSync(folder, uid, gid);
  }
  return folder;
}

/** A new one, ready when this resolves. options: conf; data and walDir for other places than its temporary folder. */
export async function startPostgres({ walDir, ...options } = {}) {
  const server = new PostgresServer({ port: await freePort(), folder: makeFolder(), ...options });
  running.add(server);
  server.prepare({ walDir });
  await server.start();
  await server.sql(`CREATE ROLE ${server.user} LOGIN PASSWORD '${server.password}'`);
  return server;
}

let shared;

/** One that all tests of a file may use. */
export function sharedPostgres() {
  shared ??= startPostgres();
  return shared;
}
