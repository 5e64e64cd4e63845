// Redis: a master and a replica, and three Sentinels that make the one the other when it dies.
//
// Sentinels tell their clients the master's address, and so would lead every server past the proxies. Ports here have five
// digits, and so have those of the proxies: what Sentinels answer is translated on its way (see `translation`).
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { waitFor } from '../../integration/lib/wait.mjs';
import { Child } from './child.mjs';
import { freePort } from './ports.mjs';
import { ask } from './redis_ask.mjs';

const program = '/usr/bin/redis-server';
export const kMasterName = 'chillin';

export class Node {
  constructor(name, folder, port, args) {
    Object.assign(this, { name, port, args });
    this.folder = path.join(folder, `redis-${name}`);
    mkdirSync(this.folder, { recursive: true });
    /** @type {Child | null} */
    this.child = null;
  }

  /** One command; the answer as text. @param {string[]} words */
  ask(...words) {
    return ask(this.port, words);
  }

  async start(...more) {
    await waitFor(async () => {
      if (!this.child?.alive) this.child = new Child(program, [...this.args, '--port', String(this.port), '--bind', '127.0.0.1', '--dir', this.folder, ...more], { name: `redis ${this.name}`, cwd: this.folder });
      return (await this.ask('ping')) === 'PONG';
    }, { what: `redis ${this.name} answers`, timeoutMs: 30_000, everyMs: 50 }).catch((error) => {
      throw new Error(`${error.message}; it wrote:\n${this.child?.output.slice(-2_000)}`);
    });
  }
}

// Nothing on disk: a Redis that is killed comes back empty, and everything must be rebuilt from elsewhere.
const following = (master) => ['--replicaof', '127.0.0.1', String(master.port)];
const ofServer = ['--save', '', '--appendonly', 'no', '--repl-diskless-sync-delay', '0'];

export class RedisSentinels {
  static get installed() {
    return existsSync(program);
  }

  /** @param {string} folder */
  static async start(folder) {
    const redis = new RedisSentinels();
    try {
      await redis.#start(folder);
      return redis;
    } catch (error) {
      await redis.close();
      throw error;
    }
  }

  async #start(folder) {
    for (const name of ['one', 'two']) this.nodes.push(new Node(name, folder, await freePort(), ofServer));
    const [master, replica] = this.nodes;
    await master.start();
    await replica.start(...following(master));
    for (const name of ['sentinel1', 'sentinel2', 'sentinel3']) {
      const port = await freePort();
      const file = path.join(folder, `${name}.conf`);
      writeFileSync(file, [
        `port ${port}`, 'bind 127.0.0.1', `sentinel monitor ${kMasterName} 127.0.0.1 ${master.port} 2`,
        `sentinel down-after-milliseconds ${kMasterName} 1500`, `sentinel failover-timeout ${kMasterName} 3000`, '',
      ].join('\n'));
      const sentinel = new Node(name, folder, port, [file, '--sentinel']);
      this.sentinels.push(sentinel);
      await sentinel.start();
    }
    await this.complete();
  }

  constructor() {
    /** @type {Node[]} */
    this.nodes = [];
    /** @type {Node[]} */
    this.sentinels = [];
  }

  /** The node that the Sentinels take for the master. */
  async master() {
    const port = Number((await this.sentinels[0].ask('sentinel', 'get-master-addr-by-name', kMasterName)).split('\n')[1]);
    const node = this.nodes.find((each) => each.port === port);
    if (!node) throw new Error(`the Sentinels name port ${port}, which is nobody's`);
    return node;
  }

  /** Resolves when there are a master and a replica that follows it, and every Sentinel knows them and the others. */
  complete() {
    return waitFor(async () => {
      const master = await this.master();
      const replication = await master.ask('info', 'replication');
      if (!/role:master/.test(replication) || !/slave0:.*state=online/.test(replication)) return false;
      for (const sentinel of this.sentinels) {
        if (!(await sentinel.ask('sentinel', 'ckquorum', kMasterName)).startsWith('OK 3')) return false;
        if (!/\n?slaves=1,|,slaves=1,/.test(await sentinel.ask('info', 'sentinel'))) return false;
        const about = await sentinel.ask('sentinel', 'replicas', kMasterName);
        if (/s_down|o_down|disconnected/.test(about) || !/master-link-status\nok/.test(about)) return false;
      }
      return true;
    }, { what: 'Redis has a master, a replica and three Sentinels that agree', timeoutMs: 60_000, everyMs: 200 });
  }

  /** Kills the master and starts it again before the Sentinels think of it as gone: it comes back empty. */
  async restartEmpty() {
    const master = await this.master();
    // A master that comes back empty would be followed by its replica, which then is empty, too.
    await this.#pause(true);
    await master.child?.kill();
    await master.start();
    await this.#pause(false);
    return master;
  }

  /** Everything is gone: no master, no replica. */
  async killAll() {
    await this.#pause(true);
    await Promise.all(this.nodes.map((node) => node.child?.kill()));
  }

  /** Comes back as it was, but empty. */
  async startAll() {
    const master = await this.master();
    const replica = /** @type {Node} */ (this.nodes.find((node) => node !== master));
    await master.start();
    await replica.start(...following(master));
    await this.#pause(false);
  }

  /** The master dies; resolves when the Sentinels have made the replica the master. */
  async failOver() {
    const dead = await this.master();
    await dead.child?.kill();
    await waitFor(async () => (await this.master()) !== dead, { what: 'the Sentinels promote the replica', timeoutMs: 60_000, everyMs: 100 });
    return dead;
  }

  /** What died comes back as the replica of the new master. */
  async rejoin(dead) {
    await dead.start(...following(await this.master()));
    await this.complete();
  }

  /** Sentinels that are paused take nobody for dead. */
  async #pause(on) {
    for (const sentinel of this.sentinels) await sentinel.ask('sentinel', 'set', kMasterName, 'down-after-milliseconds', on ? '600000' : '1500');
  }

  async close() {
    for (const node of [...this.sentinels, ...this.nodes]) await node.child?.kill();
  }
}

/**
 * Puts other ports for some in what a Sentinel answers: a proxy's for a server's.
 * @param {Map<number, number>} ports both of five digits
 */
export function translation(ports) {
  const pairs = [...ports].map(([from, to]) => [Buffer.from(String(from)), Buffer.from(String(to))]);
  return (/** @type {Buffer} */ bytes) => {
    for (const [from, to] of pairs) {
      for (let at = bytes.indexOf(from); at >= 0; at = bytes.indexOf(from, at + from.length)) to.copy(bytes, at);
    }
    return bytes;
  };
}
