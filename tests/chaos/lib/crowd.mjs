// All the clients, in a few processes: what one process can answer is asked of each, and put together.
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { waitFor } from '../../integration/lib/wait.mjs';

const program = fileURLToPath(new URL('../client_process.mjs', import.meta.url));
const sum = (list, what) => list.reduce((total, each) => total + what(each), 0);

export class Crowd {
  /**
   * @param {{ people: import('./habits.mjs').crowdOf extends (...args: any) => infer R ? R : never,
   *   servers: { name: string, url: string }[], seed: number, processes: number }} options
   */
  static async start({ people, servers, seed, processes }) {
    const crowd = new Crowd(processes);
    crowd.people = people;
    const shares = crowd.workers.map((_, index) => people.filter((person, at) => at % processes === index));
    await Promise.all(crowd.workers.map((worker, index) => worker.ask('start', { people: shares[index], servers, seed })));
    return crowd;
  }

  constructor(processes) {
    this.workers = Array.from({ length: processes }, () => new Worker());
    /** @type {{ label: string, name: string }[]} */
    this.people = [];
  }

  all(question, parameters) {
    return Promise.all(this.workers.map((worker) => worker.ask(question, parameters)));
  }

  /** @param {Record<string, { name: string, weight: number }[]>} rooms by label */
  enter(rooms) {
    return this.all('enter', { rooms });
  }

  /** Leaves these rooms, and forgets what is known of them. @param {string[]} rooms */
  exit(rooms) {
    return this.all('exit', { rooms });
  }

  write(on) {
    return this.all('write', { on });
  }

  async status() {
    const parts = await this.all('status');
    const temporary = {};
    for (const part of parts) for (const [code, count] of Object.entries(part.temporary)) temporary[code] = (temporary[code] ?? 0) + count;
    const total = Object.fromEntries(['clients', 'connected', 'unsettled', 'unheard', 'acknowledged', 'resent', 'elsewhere', 'forgotten'].map((name) => [name, sum(parts, (part) => part[name])]));
    const lists = Object.fromEntries(['whoUnsettled', 'whoUnheard', 'refused'].map((name) => [name, parts.flatMap((part) => part[name])]));
    return /** @type {any} */ ({ ...total, ...lists, temporary });
  }

  /** @returns {Promise<{ ms: number, who: string }>} */
  async silence() {
    const parts = await this.all('silence');
    return parts.reduce((longest, part) => (part.ms > longest.ms ? part : longest));
  }

  /** Resolves when `condition` of the status holds; rejects with a sentence that says who holds it up. */
  async until(condition, { what, timeoutMs, who = 'whoUnsettled' }) {
    let status;
    await waitFor(async () => {
      status = await this.status();
      return condition(status) || status.refused.length > 0;
    }, { what, timeoutMs, everyMs: 100 }).catch((error) => {
      throw new Error(`${error.message}; ${status?.[who].join('; ')}`);
    });
    if (status.refused.length > 0) throw new Error(status.refused.join('; '));
    return status;
  }

  /** Resolves when every view has reached its room's seq, by events and what they showed to be missing alone. */
  async caughtUp(rooms, timeoutMs) {
    let late;
    await waitFor(async () => {
      late = await this.all('behind', { rooms });
      return late.every(({ count }) => count === 0);
    }, { what: 'every view has caught up', timeoutMs, everyMs: 100 }).catch(() => {
      throw new Error(`not within ${timeoutMs} ms: ${sum(late, ({ count }) => count)} views have not caught up: ${late.flatMap(({ who }) => who).slice(0, 5).join('; ')}`);
    });
  }

  /** What all processes know of these rooms, for the checker. */
  async evidence(rooms) {
    const parts = await this.all('evidence', { rooms });
    return rooms.map((room, index) => ({
      room,
      sends: parts.flatMap((part) => part[index].sends),
      changes: parts.flatMap((part) => part[index].changes),
      seen: parts.flatMap((part) => part[index].seen),
    }));
  }

  async views(readings) {
    const parts = await this.all('views', { readings });
    return { views: sum(parts, (part) => part.views), holes: sum(parts, (part) => part.holes), findings: parts.flatMap((part) => part.findings) };
  }

  async end() {
    await Promise.all(this.workers.map((worker) => worker.end()));
  }
}

/** One process of clients, which answers one question after the other. */
export class Worker {
  constructor(which = program) {
    this.child = fork(which, { serialization: 'advanced' });
    this.number = 0;
    this.waiting = new Map();
    this.child.on('message', (/** @type {any} */ { number, answer, error }) => {
      const { resolve, reject } = this.waiting.get(number);
      this.waiting.delete(number);
      if (error) reject(new Error(error));
      else resolve(answer);
    });
    this.ended = new Promise((resolve) => this.child.once('exit', (code, signal) => {
      for (const { reject } of this.waiting.values()) reject(new Error(`a process of clients ended (${code ?? signal})`));
      this.waiting.clear();
      resolve(undefined);
    }));
  }

  ask(question, parameters = {}) {
    const number = ++this.number;
    return new Promise((resolve, reject) => {
      this.waiting.set(number, { resolve, reject });
      this.child.send({ number, ask: question, ...parameters });
    });
  }

  async end() {
    if (this.child.connected) {
      await this.ask('end').catch(() => {});
      this.child.disconnect();
    }
    await this.ended;
  }
}
