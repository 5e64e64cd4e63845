// What a run breaks: servers of the chat with everything they depend on, and a proxy on each link between them.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ChatServer, binary } from './chat_server.mjs';
import { run } from './child.mjs';
import { PostgresPair } from './postgres_pair.mjs';
import { RedisSentinels, kMasterName, translation } from './redis_sentinels.mjs';
import { TcpProxy } from './tcp_proxy.mjs';

/**
 * storage: 'embedded', with one server; 'postgres', the same on PostgreSQL; 'shared', any number on PostgreSQL and Redis.
 * links: by what they lead to, those of each server.
 */
export class Cluster {
  constructor(storage) {
    this.storage = storage;
    this.folder = mkdtempSync(path.join(tmpdir(), 'chillin-chaos-'));
    // Also when a person stops the run half way. CHAOS_KEEP=1 leaves data folders and core files for a look.
    process.on('exit', () => {
      if (!process.env.CHAOS_KEEP) rmSync(this.folder, { recursive: true, force: true });
    });
    /** @type {ChatServer[]} */
    this.servers = [];
    /** @type {{ clients: TcpProxy[][], redis: TcpProxy[][], postgres: TcpProxy[][] }} */
    this.links = { clients: [], redis: [], postgres: [] };
    /** @type {PostgresPair | null} */
    this.postgres = null;
    /** @type {RedisSentinels | null} */
    this.redis = null;
  }

  /** One server that needs nobody. */
  static async embedded() {
    const cluster = new Cluster('embedded');
    await cluster.#add({});
    await cluster.servers[0].start();
    return cluster;
  }

  /**
   * `count` servers on one PostgreSQL (with a synchronous standby) and, where they are to know of each other, one Redis (with
   * Sentinels). quick: see PostgresPair.
   */
  static async shared(count, { withRedis = true, quick = false } = {}) {
    const cluster = new Cluster(withRedis ? 'shared' : 'postgres');
    try {
      const [postgres, redis] = await Promise.all([PostgresPair.start(cluster.folder, { quick }), withRedis ? RedisSentinels.start(cluster.folder) : null]);
      Object.assign(cluster, { postgres, redis });
      for (let at = 0; at < count; ++at) await cluster.#add(await cluster.#linksOf(`s${at + 1}`));
      // All at once, on an empty database: one of them makes the tables, the others wait.
      await Promise.all(cluster.servers.map((server) => server.start()));
      return cluster;
    } catch (error) {
      await cluster.close();
      throw error;
    }
  }

  async #add(env) {
    const server = await ChatServer.create({ name: `s${this.servers.length + 1}`, folder: this.folder, env });
    this.servers.push(server);
    this.links.clients.push([server.proxy]);
  }

  /** The server's own proxies to everything behind it, and the variables that lead it there. */
  async #linksOf(name) {
    const through = async (what, to, answers) => TcpProxy.open({ name: `${name}-${what}`, to, answers });
    const databases = [];
    for (const node of /** @type {PostgresPair} */ (this.postgres).nodes) databases.push(await through(`postgres-${node.name}`, node.port));
    this.links.postgres.push(databases);
    const hosts = (links) => links.map((link) => `127.0.0.1:${link.port}`).join(',');
    const env = { DATABASE_URL: `postgresql://postgres@${hosts(databases)}/chillin?target_session_attrs=read-write` };
    if (!this.redis) return env;

    const redis = [];
    const ports = new Map();
    for (const node of this.redis.nodes) {
      const link = await through(`redis-${node.name}`, node.port);
      redis.push(link);
      ports.set(node.port, link.port);
    }
    const sentinels = [];
    for (const node of this.redis.sentinels) sentinels.push(await through(node.name, node.port, translation(ports)));
    this.links.redis.push([...redis, ...sentinels]);
    return { ...env, REDIS_URL: `redis+sentinel://${hosts(sentinels)}/${kMasterName}` };
  }

  /** The links of one kind: of one server, or of all. @param {'clients' | 'redis' | 'postgres'} kind @param {number | null} at */
  linksTo(kind, at) {
    return at === null ? this.links[kind].flat() : this.links[kind][at];
  }

  /** For findings: the last of what everybody wrote. */
  logs() {
    const children = [...this.servers, ...(this.postgres?.nodes ?? []), ...(this.redis?.nodes ?? []), ...(this.redis?.sentinels ?? [])];
    return children.map(({ name, child }) => `--- ${name}\n${child?.output.slice(-6_000) ?? ''}`).join('\n');
  }

  async close() {
    await Promise.all(this.servers.map((server) => server.close()));
    for (const links of [this.links.redis, this.links.postgres]) await Promise.all(links.flat().map((link) => link.close()));
    await Promise.all([this.postgres?.close(), this.redis?.close()]);
  }
}

/** Whether the program knows PostgreSQL and Redis, and this machine has them. */
export async function canShare() {
  if (!PostgresPair.installed || !RedisSentinels.installed) return false;
  const env = { DATABASE_URL: 'postgresql://nobody@127.0.0.1:1/none', REDIS_URL: 'redis://127.0.0.1:1', SESSION_SECRET: 'only-a-question-0123456789' };
  return run(binary, ['check-config'], { name: 'check-config', env }).then(() => true, () => false);
}
