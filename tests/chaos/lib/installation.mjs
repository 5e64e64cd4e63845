// What the rolling restart and the soak run on: two servers with every limit at its default, one PostgreSQL, one Redis, and
// nginx in front. Nothing stands between them.
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ChatServer } from './chat_server.mjs';
import { NginxFront } from './nginx_front.mjs';
import { freePort } from './ports.mjs';
import { PostgresPair } from './postgres_pair.mjs';
import { Node as RedisNode, RedisSentinels } from './redis_sentinels.mjs';

const kPage = 4_096;
const kTicksPerSecond = 100;

/** What the kernel says of a process: bytes in memory, open descriptors, CPU seconds so far. */
export function processFigures(pid) {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return { rss: Number(readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ')[1]) * kPage, descriptors: readdirSync(`/proc/${pid}/fd`).length, cpu: (Number(fields[11]) + Number(fields[12])) / kTicksPerSecond };
}

export class Installation {
  static get possible() {
    return PostgresPair.installed && RedisSentinels.installed && NginxFront.installed;
  }

  /** quick: without fsync, and clients are moved within 2 s instead of 5. */
  static async start({ quick }) {
    const all = new Installation();
    try {
      const redisPort = await freePort();
      all.redis = new RedisNode('alone', all.folder, redisPort, ['--save', '', '--appendonly', quick ? 'no' : 'yes']);
      all.postgres = await PostgresPair.start(all.folder, { quick, alone: true });
      await all.redis.start();
      const unset = Object.fromEntries(['MESSAGE_RATE_LIMIT', 'AUTH_RATE_LIMIT', 'ROOM_RATE_LIMIT', 'HANDSHAKE_RATE_LIMIT'].map((name) => [name, undefined]));
      for (const id of ['1', '2']) {
        const env = { ...unset, SERVER_ID: id, TRUST_PROXY: '127.0.0.1', REDIS_URL: `redis://127.0.0.1:${redisPort}`, DATABASE_URL: `postgresql://postgres@127.0.0.1:${all.postgres.primary.port}/chillin`, ...(quick ? { DRAIN_SECONDS: '2' } : {}) };
        all.servers.push(await ChatServer.create({ name: `server ${id}`, folder: all.folder, env: /** @type {any} */ (env) }));
      }
      await Promise.all(all.servers.map((server) => server.start()));
      all.nginx = await NginxFront.start(all.folder, all.servers.map(({ port }, at) => ({ id: `${at + 1}`, port })));
      return all;
    } catch (error) {
      await all.close();
      throw error;
    }
  }

  constructor() {
    this.folder = mkdtempSync(path.join(tmpdir(), 'chillin-load-'));
    process.on('exit', () => rmSync(this.folder, { recursive: true, force: true }));
    /** @type {ChatServer[]} */
    this.servers = [];
    /** @type {NginxFront | null} */
    this.nginx = null;
    /** @type {PostgresPair | null} */
    this.postgres = null;
    /** @type {RedisNode | null} */
    this.redis = null;
  }

  /** { rss, descriptors, cpu, connections } of each server; null: it does not run. */
  figures() {
    return Promise.all(this.servers.map(async (server) => {
      if (!server.child?.alive) return null;
      try {
        const text = await (await fetch(`${server.url}/metrics`, { signal: AbortSignal.timeout(5_000) })).text();
        const connections = [...text.matchAll(/^chillin_connections\{[^}]*\} (\S+)$/gm)].reduce((sum, [, value]) => sum + Number(value), 0);
        return { ...processFigures(server.child.pid), connections };
      } catch {
        return null;
      }
    }));
  }

  logs() {
    return [...this.servers, ...(this.nginx ? [{ name: 'nginx', child: this.nginx.child }] : [])].map(({ name, child }) => `--- ${name}\n${child?.output.slice(-8_000) ?? ''}`).join('\n');
  }

  async close() {
    await this.nginx?.close();
    await Promise.all(this.servers.map((server) => server.close()));
    await Promise.all([this.postgres?.close(), this.redis?.child?.kill()]);
  }
}
