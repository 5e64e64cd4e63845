// The faults by name. Each begins, lasts, and is over when `run` resolves: everything is back, though not yet busy again.
//
// needs: what a cluster must have for it, beside servers. touches: what it breaks. A mix never breaks one thing twice at a time: a proxy that is healed by one fault would be so in
// the middle of another.
import { setTimeout as lasts } from 'node:timers/promises';

/**
 * times: how long things last, in ms: the long form's or the short one's. server: the one that this time is meant,
 * one: whether a link fault strikes that server's link alone.
 * @typedef {{ cluster: import('./cluster.mjs').Cluster, times: typeof kLong, server: number, one: boolean }} Stage
 * @typedef {{ name: string, text: string, needs: string | null, touches: string, run: (stage: Stage) => Promise<void> }} Fault
 */

export const kLong = { gone: 5_000, cut: 8_000, frozen: 20_000, slow: 12_000, between: 1_000 };
export const kShort = { gone: 800, cut: 2_000, frozen: 4_000, slow: 4_000, between: 200 };

/** What a link carries when it is throttled, of each connection and way. */
const kBytesPerSecond = { clients: 6 * 1024, redis: 24 * 1024, postgres: 32 * 1024 };

/** @type {Fault[]} */
const ofServers = [
  {
    name: 'server-kill', text: 'a server is killed (-9) and restarted', needs: null, touches: 'servers',
    async run({ cluster, times, server }) {
      await cluster.servers[server].kill();
      await lasts(times.gone);
      cluster.servers[server].launch();
      await cluster.servers[server].answers('live');
    },
  },
  {
    name: 'server-freeze', text: 'a server is frozen (SIGSTOP)', needs: null, touches: 'servers',
    async run({ cluster, times, server }) {
      cluster.servers[server].child?.freeze();
      await lasts(times.frozen);
      cluster.servers[server].child?.thaw();
    },
  },
  {
    name: 'servers-restart', text: 'all servers restart in a row (SIGTERM)', needs: null, touches: 'servers',
    async run({ cluster, times }) {
      for (const server of cluster.servers) {
        await server.stop();
        server.launch();
        await server.answers('live');
        await lasts(times.between);
      }
    },
  },
  {
    name: 'connections-drop', text: 'all connections of all clients drop at once', needs: null, touches: 'clients',
    async run({ cluster }) {
      for (const link of cluster.linksTo('clients', null)) link.reset();
    },
  },
  {
    name: 'connections-half-close', text: "all connections end on the clients' side, the servers are not told", needs: null, touches: 'clients',
    async run({ cluster, times }) {
      for (const link of cluster.linksTo('clients', null)) link.halfClose();
      await lasts(times.cut);
      for (const link of cluster.linksTo('clients', null)) link.heal();
    },
  },
];

/** @param {'clients' | 'redis' | 'postgres'} kind @param {string} ends @returns {Fault[]} */
function ofLink(kind, ends) {
  const on = ({ cluster, server, one }) => cluster.linksTo(kind, one ? server : null);
  /** @param {string} name @param {string} text @param {(link: import('./tcp_proxy.mjs').TcpProxy) => void} strike @param {'cut' | 'slow'} how */
  const fault = (name, text, strike, how) => ({
    name: `${kind}-${name}`, text: `the link ${ends} ${text}`, needs: kind === 'clients' ? null : kind, touches: kind,
    /** @param {Stage} stage */
    async run(stage) {
      const links = on(stage);
      for (const link of links) strike(link);
      await lasts(stage.times[how]);
      for (const link of links) link.heal();
    },
  });
  return [
    fault('cut', 'is cut', (link) => link.cut(), 'cut'),
    fault('silent', 'carries nothing, and nobody is told', (link) => link.freeze(), 'cut'),
    fault('delay', 'is 500 ms slower each way', (link) => link.set({ delayMs: 500 }), 'slow'),
    fault('throttle', `is throttled to ${kBytesPerSecond[kind] / 1024} KiB/s`, (link) => link.set({ bytesPerSecond: kBytesPerSecond[kind] }), 'slow'),
  ];
}

/** @type {Fault[]} */
const ofRedis = [
  {
    name: 'redis-kill', text: 'Redis is killed (-9), master and replica, and comes back empty', needs: 'redis', touches: 'redis',
    async run({ cluster, times }) {
      await cluster.redis?.killAll();
      await lasts(times.gone);
      await cluster.redis?.startAll();
      await cluster.redis?.complete();
    },
  },
  {
    name: 'redis-empty', text: 'Redis is restarted at once, and is empty', needs: 'redis', touches: 'redis',
    async run({ cluster }) {
      await cluster.redis?.restartEmpty();
      await cluster.redis?.complete();
    },
  },
  {
    name: 'redis-failover', text: 'the Redis master dies, and Sentinels promote the replica', needs: 'redis', touches: 'redis',
    async run({ cluster, times }) {
      const dead = await cluster.redis?.failOver();
      await lasts(times.gone);
      await cluster.redis?.rejoin(dead);
    },
  },
  {
    name: 'redis-freeze', text: 'the Redis master is frozen, the replica promoted, and then both take themselves for the master', needs: 'redis', touches: 'redis',
    async run({ cluster, times }) {
      const master = await cluster.redis?.master();
      master?.child?.freeze();
      await lasts(times.frozen);
      master?.child?.thaw();
      await cluster.redis?.complete();
    },
  },
];

/** @type {Fault[]} */
const ofPostgres = [
  {
    name: 'postgres-kill', text: 'PostgreSQL is killed (-9) and restarted', needs: 'postgres', touches: 'postgres',
    async run({ cluster, times }) {
      await cluster.postgres?.killPrimary();
      await lasts(times.gone);
      await cluster.postgres?.restartPrimary();
      await cluster.postgres?.synchronous();
    },
  },
  {
    name: 'postgres-failover', text: 'the PostgreSQL primary dies, and its synchronous standby is promoted', needs: 'postgres', touches: 'postgres',
    async run({ cluster, times }) {
      await cluster.postgres?.failOver();
      await lasts(times.gone);
      await cluster.postgres?.buildStandby();
    },
  },
  {
    name: 'postgres-freeze', text: 'PostgreSQL is frozen (SIGSTOP)', needs: 'postgres', touches: 'postgres',
    async run({ cluster, times }) {
      const primary = cluster.postgres?.primary;
      primary?.child?.freeze();
      await lasts(times.frozen);
      primary?.child?.thaw();
      await cluster.postgres?.synchronous();
    },
  },
  {
    name: 'postgres-lag', text: 'the standby stops answering, so that commits wait; then the primary dies, and the standby is promoted', needs: 'postgres', touches: 'postgres',
    async run({ cluster, times }) {
      const standby = cluster.postgres?.standby;
      standby?.child?.freeze();
      await lasts(times.frozen);
      await cluster.postgres?.killPrimary();
      standby?.child?.thaw();
      await cluster.postgres?.failOver();
      await cluster.postgres?.buildStandby();
    },
  },
];

/** In the order in which they run. */
export const faults = [
  ...ofServers,
  ...ofLink('clients', 'between clients and servers'),
  ...ofRedis,
  ...ofLink('redis', 'between servers and Redis'),
  ...ofPostgres,
  ...ofLink('postgres', 'between servers and PostgreSQL'),
];

/** What there is to break beside servers and clients, by the name of the storage. */
const parts = { embedded: [], postgres: ['postgres'], shared: ['postgres', 'redis'] };

/** Those that a cluster can have. @param {string} storage */
export const faultsOf = (storage) => faults.filter(({ needs }) => needs === null || parts[storage].includes(needs));

/** Those that the short form has time for: of each kind the one that takes most with it. */
const kInShort = {
  embedded: ['server-kill', 'server-freeze', 'clients-cut'],
  postgres: ['server-kill', 'postgres-kill', 'postgres-failover', 'postgres-cut'],
  shared: ['server-kill', 'servers-restart', 'connections-drop', 'redis-kill', 'redis-failover', 'redis-cut', 'postgres-kill', 'postgres-failover', 'postgres-cut'],
};

/** @param {string} storage */
export const shortFaultsOf = (storage) => faultsOf(storage).filter(({ name }) => kInShort[storage].includes(name));

/**
 * One fault as a round runs it, with what the seed chose: which server, one link or all.
 * @param {Fault} fault
 * @param {import('../../integration/lib/random.mjs').Random} random
 * @param {number} servers
 */
export function single(fault, random, servers) {
  const server = random.between(0, servers - 1);
  const isLink = /-(cut|silent|delay|throttle)$/.test(fault.name);
  const one = isLink && servers > 1 && random.next() < 0.5;
  const struck = one || /^server-/.test(fault.name) ? ` (s${server + 1})` : isLink && servers > 1 ? ' (all)' : '';
  return { name: fault.name + struck, text: fault.text, run: (stage) => fault.run({ ...stage, server, one }) };
}

/**
 * Two or three faults that overlap, none of them breaking the same thing as another.
 * @param {Fault[]} known
 * @param {import('../../integration/lib/random.mjs').Random} random
 * @param {number} servers
 */
export function mix(known, random, servers) {
  const count = random.between(2, 3);
  /** @type {{ fault: ReturnType<typeof single>, after: number }[]} */
  const chosen = [];
  const left = new Map(known.map((fault) => [fault.name, fault]));
  while (chosen.length < count && left.size > 0) {
    const fault = /** @type {Fault} */ (left.get(random.pick([...left.keys()])));
    for (const other of known) if (other.touches === fault.touches) left.delete(other.name);
    chosen.push({ fault: single(fault, random, servers), after: chosen.length === 0 ? 0 : random.between(0, 1_500) });
  }
  return {
    name: chosen.map(({ fault, after }) => `${fault.name}${after > 0 ? ` +${(after / 1000).toFixed(1)} s` : ''}`).join(', '),
    text: 'several at a time',
    run: async (stage) => {
      const ends = await Promise.allSettled(chosen.map(async ({ fault, after }) => {
        await lasts(after);
        await fault.run(stage);
      }));
      const failed = ends.find((end) => end.status === 'rejected');
      if (failed) throw failed.reason;
    },
  };
}
