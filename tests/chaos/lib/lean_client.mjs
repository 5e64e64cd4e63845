// A reader of one room that keeps only how far it is: by the two rules of docs/protocol.md, and findings where what it is
// told is not dense, not in order, not once, or not what others of its process were told.
import { afterShutdownMs, retryDelayMs } from './back_off.mjs';
import { LeanSocket } from './lean_socket.mjs';

const kAnswerMs = 15_000;
/** Refusals that say "later". */
const kLater = new Set(['NAME_TAKEN', 'UNAVAILABLE', 'RATE_LIMITED']);

/** When a message was sent: its text says so. NaN: it does not. */
export const sentAt = (text) => Number(text.slice(text.lastIndexOf(' ') + 1));
const now = () => performance.timeOrigin + performance.now();

/** What the clients of one process know together. */
export class LeanLedger {
  constructor(latencies) {
    this.latencies = latencies;
    /** @type {Map<string, Map<number, string>>} room -> seq -> id */
    this.rooms = new Map();
    this.counts = { pushed: 0, caughtUp: 0, holes: 0, shutdowns: 0, cleanCloses: 0, cuts: 0, comebacks: 0, failedTries: 0, longestAwayMs: 0 };
    /** Why connections were lost, tries failed and joins were put off. @type {Record<string, number>} */
    this.reasons = {};
    /** @type {string[]} */
    this.findings = [];
  }

  because(reason) {
    this.reasons[reason] = (this.reasons[reason] ?? 0) + 1;
  }

  found(text) {
    if (this.findings.length < 50) this.findings.push(text);
  }

  stands(room, seq, id, by) {
    let there = this.rooms.get(room);
    if (!there) this.rooms.set(room, (there = new Map()));
    const known = there.get(seq);
    if (known === undefined) there.set(seq, id);
    else if (known !== id) this.found(`reordered in ${room}: seq ${seq} is ${known} for others and ${id} for ${by}`);
  }
}

export class LeanClient {
  /**
   * @param {{ label: string, name: string, token?: string, room: string, url: string, from: string,
   *   transport: 'websocket' | 'polling' | 'upgrade', random: import('../../integration/lib/random.mjs').Random, ledger: LeanLedger }} options
   */
  constructor(options) {
    Object.assign(this, options);
    /** Everything up to here has been applied; -1: nothing is known yet. */
    this.seq = -1;
    this.joined = false;
    this.tries = 0;
    this.notBefore = 0;
    this.lostAt = 0;
    this.socket = null;
    this.timer = null;
    this.asks = 0;
    /** number -> { began, done } */
    this.waiting = new Map();
    this.pushedTo = 0;
    this.syncing = false;
  }

  open() {
    this.waiting.clear();
    Object.assign(this, { joined: false, syncing: false, pushedTo: 0 });
    const socket = new LeanSocket({
      url: this.url,
      transport: this.transport,
      from: this.from,
      on: {
        open: () => socket.send(`0${this.token ? JSON.stringify({ token: this.token }) : ''}`),
        packet: (text) => this.hear(text),
        close: (why) => this.#lost(why),
      },
    });
    this.socket = socket;
  }

  /** Goes away by itself, and comes back after `ms`. */
  wander(abruptly, ms) {
    this.socket.leave(abruptly);
    this.ledger.counts[abruptly ? 'cuts' : 'cleanCloses'] += 1;
    this.joined = false;
    this.tries = 0;
    this.lostAt = Date.now() + ms;
    this.timer = setTimeout(() => this.open(), ms);
  }

  #lost(why) {
    const { joined } = this;
    this.joined = false;
    this.waiting.clear();
    if (joined) this.lostAt = Date.now();
    else this.ledger.counts.failedTries += 1;
    this.ledger.because(`${joined ? 'lost' : 'try failed'}: ${this.notBefore > 0 && joined ? 'server stopped' : why}`);
    const wait = Math.max(retryDelayMs(this.tries, this.random.next()), this.notBefore - Date.now());
    this.notBefore = 0;
    this.tries += 1;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.open(), wait);
  }

  close() {
    clearTimeout(this.timer);
    this.socket?.leave(true);
  }

  /** Now and then: whether something stayed out. */
  look(time) {
    this.socket?.look(time);
    for (const { began } of this.waiting.values()) {
      if (time - began <= kAnswerMs) continue;
      this.socket.leave(true);
      return this.#lost('no answer');
    }
  }

  #ask(event, payload, done) {
    const number = this.asks++;
    this.waiting.set(number, { began: Date.now(), done });
    this.socket.send(`2${number}${JSON.stringify([event, payload])}`);
  }

  /** A Socket.IO packet of the server. @param {string} text */
  hear(text) {
    if (text.startsWith('2[')) {
      if (text.startsWith('2["message",')) return this.#pushed(JSON.parse(text.slice(1))[1]);
      if (text.startsWith('2["messageHistory",')) return this.#caughtUp(JSON.parse(text.slice(1))[1]);
      if (text.startsWith('2["serverShutdown",')) {
        this.ledger.counts.shutdowns += 1;
        this.notBefore = Date.now() + afterShutdownMs(JSON.parse(text.slice(1))[1].retryAfterMs, this.random.next());
      } else if (text.startsWith('2["kicked",')) this.ledger.found(`${this.label} was told ${text}`);
      return;
    }
    if (text[0] === '3') {
      const [, number, rest] = /** @type {RegExpMatchArray} */ (text.match(/^3(\d+)(.*)$/s));
      const waiter = this.waiting.get(Number(number));
      this.waiting.delete(Number(number));
      const [error, result] = JSON.parse(rest);
      waiter?.done(error, result);
    } else if (text[0] === '0') this.#join();
    else if (text[0] === '4') {
      const { data, message } = JSON.parse(text.slice(1));
      if (!kLater.has(data?.code)) this.ledger.found(`${this.label} was refused: ${message}`);
      this.socket.leave(true);
      this.#lost(data?.code ?? message);
    }
  }

  #join() {
    this.#ask('join', { name: this.name, room: this.room, ...(this.seq >= 0 ? { lastSeq: this.seq } : {}) }, (error, result) => {
      if (error) {
        if (!kLater.has(result?.code)) this.ledger.found(`join of ${this.label} was refused: ${result?.code}: ${error}`);
        this.ledger.because(`join put off: ${result?.code}`);
        const { socket } = this;
        this.timer = setTimeout(() => socket === this.socket && socket.alive && this.#join(), result?.retryAfterMs ?? retryDelayMs(0, this.random.next()));
        return;
      }
      this.joined = true;
      this.tries = 0;
      if (this.lostAt > 0) {
        this.ledger.counts.comebacks += 1;
        this.ledger.counts.longestAwayMs = Math.max(this.ledger.counts.longestAwayMs, Date.now() - this.lostAt);
        this.lostAt = 0;
      }
    });
  }

  #apply(message, kind) {
    this.seq = message.seq;
    this.ledger.stands(this.room, message.seq, message.id, this.label);
    const began = sentAt(message.text);
    if (Number.isFinite(began)) this.ledger.latencies.note(kind, began, now() - began);
  }

  #pushed(message) {
    if (message.id === undefined) return;
    this.ledger.counts.pushed += 1;
    if (message.seq <= this.pushedTo) this.ledger.found(`twice in ${this.room}: ${this.label} was pushed seq ${message.seq} after ${this.pushedTo}`);
    this.pushedTo = Math.max(this.pushedTo, message.seq);
    if (this.seq < 0 || message.seq <= this.seq) return;
    if (message.seq === this.seq + 1) return this.#apply(message, 'delivery');
    this.ledger.counts.holes += 1;
    this.#sync();
  }

  #sync() {
    if (this.syncing) return;
    this.syncing = true;
    this.#ask('sync', { room: this.room, lastSeq: this.seq }, (error, page) => {
      this.syncing = false;
      if (error) this.ledger.because(`sync put off: ${page?.code}`);
      else this.#caughtUp({ messages: page.changes, seq: page.seq, hasMore: page.hasMore });
    });
  }

  /** The answer to a join, or to sync. A first one is where this reader begins. */
  #caughtUp({ messages, seq, hasMore }) {
    if (this.seq < 0) {
      for (const message of messages) this.ledger.stands(this.room, message.seq, message.id, this.label);
      this.seq = seq;
    }
    for (const message of messages) {
      if (message.seq <= this.seq) continue;
      if (message.seq !== this.seq + 1) this.ledger.found(`hole in ${this.room}: ${this.label} caught up from ${this.seq} and was given ${message.seq}`);
      this.ledger.counts.caughtUp += 1;
      this.#apply(message, 'caughtUp');
    }
    if (seq > this.seq) {
      this.ledger.found(`hole in ${this.room}: ${this.label} was told that it stands at ${seq}, and given messages up to ${this.seq}`);
      this.seq = seq;
    }
    if (hasMore || this.pushedTo > this.seq) this.#sync();
  }
}
