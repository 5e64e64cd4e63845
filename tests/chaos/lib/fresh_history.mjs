// What a server says of a room to somebody who knows nothing of it: by pages of history, and by `sync` from the beginning.
// Read by a guest of its own, past the proxies.
import { setTimeout as delay } from 'node:timers/promises';
import { io } from 'socket.io-client';
import { waitFor, within } from '../../integration/lib/wait.mjs';

/** @typedef {import('./checker.mjs').Message} Message */

const kAnswerMs = 20_000;
let auditors = 0;

/** One guest on one server. */
class Auditor {
  constructor(server) {
    this.server = server;
    this.name = `auditor${++auditors}`;
    this.socket = io(server.url, { transports: ['websocket'], forceNew: true, reconnection: false, timeout: kAnswerMs });
  }

  async connect() {
    const connected = new Promise((resolve, reject) => {
      this.socket.once('connect', () => resolve(undefined));
      this.socket.once('connect_error', reject);
    });
    await within(connected, { what: `a connection to ${this.server.name}`, timeoutMs: kAnswerMs });
  }

  /** Waits as long as it is told to where it asks too often: hundreds of rooms are more joins than a device may do at once. */
  async request(event, payload) {
    for (;;) {
      const { error, result } = await new Promise((resolve, reject) => {
        this.socket.timeout(kAnswerMs).emit(event, payload, (late, error, result) => {
          if (late) reject(new Error(`${event} on ${this.server.name}: no answer`));
          else resolve({ error, result });
        });
      });
      if (!error) return result;
      if (result?.code !== 'RATE_LIMITED') throw new Error(`${event} on ${this.server.name}: ${result?.code}: ${error}`);
      await delay(result.retryAfterMs);
    }
  }

  async read(room) {
    await this.request('join', { name: this.name, room });
    /** @type {Message[]} */
    const synced = [];
    let seq = 0;
    for (let more = true; more; ) {
      const page = await this.request('sync', { room, lastSeq: seq });
      synced.push(...page.changes);
      seq = page.seq;
      more = page.hasMore;
    }
    /** @type {Message[]} */
    const history = [];
    for (let more = true; more; ) {
      const page = await this.request('loadHistory', { room, limit: 200, ...(history.length > 0 ? { before: history[0].seq } : {}) });
      history.unshift(...page.messages);
      more = page.hasMore;
    }
    await this.request('leave', { room });
    return { server: this.server.name, room, seq, history, synced };
  }

  close() {
    this.socket.disconnect();
  }
}

/**
 * Each room as each server has it: room -> one reading a server. Rooms in which nobody writes; reads again, up to a limit,
 * while servers do not agree on a room's seq yet.
 * @param {{ name: string, url: string }[]} servers
 * @param {string[]} rooms
 */
export async function readEverywhere(servers, rooms) {
  const read = async () => {
    const readers = servers.map((server) => new Auditor(server));
    try {
      const readings = await Promise.all(readers.map(async (reader) => {
        await reader.connect();
        const mine = [];
        for (const room of rooms) mine.push(await reader.read(room));
        return mine;
      }));
      return rooms.map((room, at) => ({ room, readings: readings.map((mine) => mine[at]) }));
    } finally {
      for (const reader of readers) reader.close();
    }
  };
  let last;
  await waitFor(async () => {
    last = await read();
    return last.every(({ readings }) => readings.every(({ seq }) => seq === readings[0].seq));
  }, { what: 'all servers can be read and stand at the same seq', timeoutMs: 15_000, everyMs: 500 }).catch((error) => {
    if (!last) throw error;
  });
  return /** @type {NonNullable<typeof last>} */ (last);
}
