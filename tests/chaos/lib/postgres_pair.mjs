// PostgreSQL: a primary and a synchronous standby, each on a port of its own that it keeps through every failover.
//
// An acknowledged commit is on both. When the primary dies, the standby is promoted; what was the primary is then built
// anew as the standby of the new one, because it may hold commits that nobody was told of.
import { chmodSync, chownSync, existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { waitFor } from '../../integration/lib/wait.mjs';
import { Child, run } from './child.mjs';
import { freePort } from './ports.mjs';

const root = '/usr/lib/postgresql';
const versions = existsSync(root) ? readdirSync(root).filter((version) => existsSync(path.join(root, version, 'bin/initdb'))) : [];
const bin = versions.length > 0 ? path.join(root, versions.sort((a, b) => Number(b) - Number(a))[0], 'bin') : '';

/** PostgreSQL refuses to run as root. */
const asPostgres = process.getuid?.() === 0 ? ['setpriv', '--reuid=postgres', '--regid=postgres', '--init-groups'] : [];
const command = (program, args) => [...asPostgres, path.join(bin, program), ...args];

const settings = {
  listen_addresses: '127.0.0.1', unix_socket_directories: '', max_connections: '100', shared_buffers: '32MB',
  // A server that is killed leaves shared memory behind: in its folder, which goes with it, not in /dev/shm for good.
  dynamic_shared_memory_type: 'mmap',
  wal_level: 'replica', max_wal_senders: '8', max_replication_slots: '8', hot_standby: 'on', full_page_writes: 'on',
  wal_receiver_status_interval: '1s', wal_retrieve_retry_interval: '200ms', log_min_messages: 'warning',
};

class Node {
  constructor(name, folder, port, more) {
    Object.assign(this, { name, port, more });
    this.data = path.join(folder, `postgres-${name}`);
    /** @type {Child | null} */
    this.child = null;
  }

  run(program, ...args) {
    const [first, ...rest] = command(program, args);
    return run(first, rest, { name: `${program} of ${this.name}`, cwd: '/' });
  }

  /** One statement, as the superuser; the rows as text. */
  async sql(statement) {
    const args = ['-h', '127.0.0.1', '-p', String(this.port), '-U', 'postgres', '-d', 'postgres', '-X', '-A', '-t', '-v', 'ON_ERROR_STOP=1', '-c', statement];
    return (await run(path.join(bin, 'psql'), args, { name: `psql on ${this.name}`, cwd: '/', env: { PGCONNECT_TIMEOUT: '5' } })).trim();
  }

  async start() {
    const args = Object.entries({ ...settings, ...this.more, port: String(this.port), cluster_name: this.name }).flatMap(([key, value]) => ['-c', `${key}=${value}`]);
    await waitFor(async () => {
      if (!this.child?.alive) {
        const [first, ...rest] = command('postgres', ['-D', this.data, ...args]);
        this.child = new Child(first, rest, { name: `postgres ${this.name}`, cwd: '/' });
      }
      return this.sql('select 1');
    }, { what: `postgres ${this.name} answers`, timeoutMs: 60_000, everyMs: 100 }).catch((error) => {
      throw new Error(`${error.message}; it wrote:\n${this.child?.output.slice(-2_000)}`);
    });
  }
}

export class PostgresPair {
  /** Whether there is a PostgreSQL on this machine. */
  static get installed() {
    return bin !== '';
  }

  /**
   * alone: without the standby. quick: without fsync, which only a power cut would notice: here processes die, and the kernel keeps what they wrote.
   * @param {string} folder
   */
  static async start(folder, { quick = false, alone = false } = {}) {
    const more = quick ? { fsync: 'off' } : {};
    const pair = new PostgresPair(new Node('one', folder, await freePort(), more), new Node('two', folder, await freePort(), more));
    try {
      await pair.#start(folder, alone);
      return pair;
    } catch (error) {
      await pair.close();
      throw error;
    }
  }

  async #start(folder, alone) {
    // The user that PostgreSQL runs as must get to its own folder in there.
    if (asPostgres.length > 0) chmodSync(folder, 0o755);
    const { primary } = this;
    await this.#emptyFolder(primary);
    await primary.run('initdb', '-D', primary.data, '--auth=trust', '--no-sync', '--locale=C.UTF-8', '-E', 'UTF8', '-U', 'postgres');
    await primary.start();
    await primary.sql('create database chillin');
    if (!alone) await this.buildStandby();
  }

  constructor(primary, standby) {
    this.primary = primary;
    this.standby = standby;
  }

  /** Both, in an order that never changes: for connection strings. */
  get nodes() {
    return [this.primary, this.standby].sort((a, b) => a.name.localeCompare(b.name));
  }

  async #emptyFolder(node) {
    rmSync(node.data, { recursive: true, force: true });
    mkdirSync(node.data, { mode: 0o700 });
    if (asPostgres.length > 0) {
      const [uid, gid] = (await run('getent', ['passwd', 'postgres'], { name: 'getent' })).split(':').slice(2, 4).map(Number);
      chownSync(node.data, uid, gid);
    }
  }

  /** A standby of the primary of now, which commits only with it from then on. */
  async buildStandby() {
    const { primary, standby } = this;
    const slot = `for_${standby.name}`;
    await this.#emptyFolder(standby);
    await primary.sql(`select pg_drop_replication_slot(slot_name) from pg_replication_slots where slot_name = '${slot}' and not active`);
    await standby.run('pg_basebackup', '-h', '127.0.0.1', '-p', String(primary.port), '-U', 'postgres', '-D', standby.data, '-R', '-C', '-S', slot, '-X', 'stream', '-c', 'fast', '--no-sync');
    await standby.start();
    await primary.sql(`alter system set synchronous_standby_names = '${standby.name}'`);
    await primary.sql('select pg_reload_conf()');
    await this.synchronous();
  }

  /** Resolves when commits wait for the standby. */
  synchronous() {
    return waitFor(async () => (await this.primary.sql(`select sync_state from pg_stat_replication where application_name = '${this.standby.name}' and state = 'streaming'`)) === 'sync', { what: 'the standby is synchronous', timeoutMs: 60_000, everyMs: 100 });
  }

  /** The primary's machine is gone, and comes back with what was on its disk. */
  async killPrimary() {
    await this.primary.child?.kill();
  }

  async restartPrimary() {
    await this.primary.start();
  }

  /** The primary is gone for good: the standby takes over. */
  async failOver() {
    await this.killPrimary();
    const { standby } = this;
    await standby.run('pg_ctl', '-D', standby.data, '-w', '-t', '60', 'promote');
    [this.primary, this.standby] = [standby, this.primary];
    // Nobody is there to wait for.
    await this.primary.sql("alter system set synchronous_standby_names = ''");
    await this.primary.sql('select pg_reload_conf()');
  }

  async close() {
    for (const node of this.nodes) {
      // Immediate: as kill -9, but without leaving shared memory behind.
      if (node.child?.alive) await node.child.stop('SIGQUIT').catch(() => {});
    }
  }
}
