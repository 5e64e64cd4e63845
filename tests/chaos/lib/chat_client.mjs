// A person of the crowd: in some rooms, with an outbox that forgets nothing, a view of each room, and habits.
import { Connection } from './connection.mjs';
import { sentAt } from './lean_client.mjs';
import { RoomView } from './room_view.mjs';

/**
 * writes: mean time between two messages in ms, 0: only reads. edits, deletes, reacts: how likely such a change follows a
 * message. forgets: how likely an acknowledgement is treated as if it had not come: the connection is dropped and the same
 * tempId goes to another server. wandersMs: mean time after which somebody goes away for a while; 0: stays.
 * ackMs: how long it waits for an answer. patience: how many answers may stay out before it tries another server.
 * @typedef {{ kind: string, transports: string[], writes: number, edits: number, deletes: number, reacts: number,
 *   forgets: number, wandersMs: number, ackMs: number, patience: number }} Habits
 */

const kInFlight = 4;
const now = () => performance.timeOrigin + performance.now();
const kEmojis = ['👍', '🎉', '❤️'];
/** Refusals that say "later", or that the end of a connection explains. */
const kLater = new Set(['NETWORK', 'UNAVAILABLE', 'RATE_LIMITED', 'NOT_IN_ROOM', 'NAME_TAKEN']);

export class ChatClient {
  /**
   * @param {{ name: string, token?: string, habits: Habits, servers: { name: string, url: string }[], at: number,
   *   random: import('../../integration/lib/random.mjs').Random, ledger: import('./ledger.mjs').Ledger, label: string,
   *   from?: string, patient?: boolean }} options from, patient: see Connection.
   *   name: in the chat, which devices of one account share; label: of this device, for findings and tempIds.
   */
  constructor({ name, token, habits, servers, at, random, ledger, label, from, patient }) {
    Object.assign(this, { name, habits, random, ledger, label });
    /** @type {Map<string, { view: RoomView, joined: boolean, asked: 'changes' | 'snapshot', syncing: number, weight: number, joinTries: number }>} */
    this.rooms = new Map();
    /** tempId -> not acknowledged yet, oldest first */
    this.outbox = new Map();
    this.changing = 0;
    this.written = 0;
    this.writing = false;
    this.away = false;
    this.unanswered = 0;
    this.timers = new Set();
    this.lastHeard = Date.now();
    this.longestSilence = 0;
    this.heardSince = 0;
    this.connection = new Connection({
      servers, at, token, random, from, patient,
      transports: habits.transports,
      on: {
        up: () => this.#up(),
        down: () => this.#down(),
        heard: (event, payload) => this.#event(event, payload),
        refused: (failure) => this.ledger.refusal(this.label, 'the connection', failure),
      },
    });
  }

  open() {
    this.lastHeard = Date.now();
    this.connection.open();
    if (this.habits.wandersMs > 0) this.#wander();
  }

  close() {
    for (const timer of this.timers) clearTimeout(timer);
    this.timers.clear();
    this.connection.leave({ politely: true });
  }

  /** @param {{ name: string, weight: number }[]} rooms weight: how likely a message goes there */
  enter(rooms) {
    for (const { name, weight } of rooms) {
      if (this.rooms.has(name)) continue;
      this.rooms.set(name, { view: new RoomView(name), joined: false, asked: 'snapshot', syncing: -1, weight, joinTries: 0 });
      void this.#join(name);
    }
  }

  /** @param {string[]} names */
  exit(names) {
    for (const name of names) {
      if (!this.rooms.delete(name)) continue;
      void this.connection.ask('leave', { room: name }, this.habits.ackMs);
    }
  }

  write(on) {
    const begins = on && !this.writing;
    this.writing = on;
    if (begins && this.habits.writes > 0) this.#writeSoon();
  }

  /** Everything is as it ought to be when nobody does anything. */
  get settled() {
    return !this.away && this.connection.connected && this.outbox.size === 0 && this.changing === 0 && [...this.rooms.values()].every((room) => room.joined);
  }

  /** The longest time without a word from the chat since the last call, in ms. */
  takeSilence(now) {
    const silence = Math.max(this.longestSilence, this.away ? 0 : now - this.lastHeard);
    this.longestSilence = 0;
    this.lastHeard = Math.max(this.lastHeard, now);
    return silence;
  }

  /** From now on, whether anything is heard: `heardSince` counts. */
  listen() {
    this.heardSince = 0;
  }

  // ---- Being there.

  #after(ms, work) {
    const timer = setTimeout(() => {
      this.timers.delete(timer);
      work();
    }, ms);
    this.timers.add(timer);
  }

  #heard() {
    const now = Date.now();
    if (!this.away) this.longestSilence = Math.max(this.longestSilence, now - this.lastHeard);
    this.lastHeard = now;
    this.heardSince += 1;
  }

  #up() {
    for (const name of this.rooms.keys()) void this.#join(name);
  }

  #down() {
    this.unanswered = 0;
    for (const room of this.rooms.values()) {
      room.joined = false;
      room.syncing = -1;
    }
    for (const item of this.outbox.values()) item.inFlight = false;
  }

  /** Goes to another server now. */
  #goElsewhere() {
    this.#down();
    this.connection.move();
  }

  #wander() {
    this.#after(this.habits.wandersMs * (0.5 + this.random.next()), () => {
      if (this.writing && !this.away) {
        this.away = true;
        this.connection.leave({ politely: this.random.next() < 0.5 });
        this.#down();
        this.#after(this.random.between(50, 2_500), () => {
          this.away = false;
          this.lastHeard = Date.now();
          this.connection.move();
        });
      }
      this.#wander();
    });
  }

  /** An answer stayed out. Whoever has no more patience goes to another server. */
  #missed(generation) {
    if (generation !== this.connection.generation || !this.connection.connected) return;
    this.unanswered += 1;
    if (this.unanswered >= this.habits.patience) this.#goElsewhere();
  }

  async #join(name) {
    const room = this.rooms.get(name);
    if (!room || !this.connection.connected) return;
    const { generation } = this.connection;
    room.asked = room.view.known ? 'changes' : 'snapshot';
    const payload = { name: this.name, room: name, ...(room.view.known ? { lastSeq: room.view.seq } : {}) };
    const { failure } = await this.connection.ask('join', payload, this.habits.ackMs);
    if (generation !== this.connection.generation || this.rooms.get(name) !== room) return;
    if (failure) {
      this.#refusal('join', failure, generation);
      room.joinTries += 1;
      const wait = failure.retryAfterMs ?? Math.min(150 * 2 ** room.joinTries, 2_000) * (0.5 + this.random.next());
      this.#after(wait, () => {
        if (generation === this.connection.generation && !room.joined) void this.#join(name);
      });
      return;
    }
    room.joinTries = 0;
    room.joined = true;
    this.unanswered = 0;
    this.#heard();
    if ([...this.rooms.values()].every((each) => each.joined)) this.connection.settled();
    this.#sync(name);
    for (const item of this.outbox.values()) if (item.room === name && !item.inFlight) void this.#send(item);
  }

  #refusal(event, failure, generation) {
    if (!kLater.has(failure.code)) this.ledger.refusal(this.label, event, failure);
    else this.ledger.later(failure.code);
    if (failure.code === 'NETWORK') this.#missed(generation);
  }

  // ---- Reading.

  #event(event, payload) {
    const room = this.rooms.get(payload.room);
    if (!room) return;
    if (event === 'messageHistory') room.view.onHistory(payload, room.asked);
    else {
      const message = event === 'message' ? payload : payload.message;
      if (message.id === undefined) return; // a notice
      const what = message.seq === payload.seq ? 'new' : 'change';
      this.ledger.seen(payload.room, payload.seq, `${what} ${message.id}`, this.label);
      if (event === 'message' && payload.seq === room.view.seq + 1) {
        const began = sentAt(message.text);
        this.ledger.latencies.note('delivery', began, now() - began);
      }
      room.view.onEvent(payload.seq, message);
      if (event === 'message' && this.writing && this.random.next() < this.habits.reacts) this.#change(message, 'react');
    }
    this.#heard();
    this.#sync(payload.room);
  }

  /** Asks for what is missing, one question at a time. */
  #sync(name) {
    const room = this.rooms.get(name);
    const { generation } = this.connection;
    if (!room?.joined || !room.view.needsSync || room.syncing === generation) return;
    room.syncing = generation;
    void this.connection.ask('sync', { room: name, lastSeq: room.view.seq }, this.habits.ackMs).then(({ result, failure }) => {
      if (generation !== this.connection.generation || this.rooms.get(name) !== room) return;
      if (failure) {
        this.#refusal('sync', failure, generation);
        this.#after(failure.retryAfterMs ?? 300, () => {
          if (room.syncing === generation) room.syncing = -1;
          this.#sync(name);
        });
        return;
      }
      room.syncing = -1;
      room.view.onChanges(result);
      this.#heard();
      this.#sync(name);
    });
  }

  // ---- Writing.

  #writeSoon() {
    this.#after(this.habits.writes * (0.4 + 1.2 * this.random.next()), () => {
      if (!this.writing) return;
      // People go on typing while there is no connection; the outbox holds it.
      if (!this.away && this.outbox.size < kInFlight && this.rooms.size > 0) this.#compose();
      this.#writeSoon();
    });
  }

  #compose() {
    const name = this.random.weighted(Object.fromEntries([...this.rooms].map(([room, { weight }]) => [room, weight])));
    const room = /** @type {any} */ (this.rooms.get(name));
    this.written += 1;
    const tempId = `${this.label}.${this.written}`;
    const at = Math.round(now() * 10) / 10;
    const text = `${tempId} says something at ${at}`;
    const record = this.ledger.send(name, { author: this.name, tempId, text, after: room.view.seq, tries: 0, acks: [] });
    this.ledger.composed += 1;
    const item = { room: name, record, inFlight: false, server: '' };
    this.outbox.set(tempId, item);
    if (room.joined) void this.#send(item);
  }

  async #send(item) {
    const { record } = item;
    const { generation } = this.connection;
    const server = this.connection.server;
    item.inFlight = true;
    if (record.tries > 0) {
      this.ledger.resent += 1;
      if (item.server !== server) this.ledger.elsewhere += 1;
    }
    item.server = server;
    record.tries += 1;
    const { result, failure } = await this.connection.ask('sendMessage', { text: record.text, tempId: record.tempId, room: item.room }, this.habits.ackMs);
    if (result) {
      if (record.acks.length === 0) {
        this.ledger.acknowledged += 1;
        const began = sentAt(record.text);
        this.ledger.latencies.note('ack', began, now() - began);
      }
      record.acks.push({ id: result.id, seq: result.seq, server });
    }
    if (generation !== this.connection.generation) {
      // The answer was under way when we left: it counts, but who has gone cannot have seen it.
      return;
    }
    if (failure) return this.#sendFailed(item, failure, generation);
    this.unanswered = 0;
    this.#heard();
    if (this.writing && record.acks.length === 1 && this.random.next() < this.habits.forgets) {
      this.ledger.forgotten += 1;
      return this.#goElsewhere();
    }
    this.outbox.delete(record.tempId);
    if (this.writing && this.random.next() < this.habits.edits) this.#change({ id: result.id, room: item.room, tempId: record.tempId }, 'edit');
    else if (this.writing && this.random.next() < this.habits.deletes) this.#change({ id: result.id, room: item.room }, 'delete');
  }

  #sendFailed(item, failure, generation) {
    this.#refusal('sendMessage', failure, generation);
    if (generation !== this.connection.generation) return;
    const room = this.rooms.get(item.room);
    if (failure.code === 'NOT_IN_ROOM' && room?.joined) {
      room.joined = false;
      item.inFlight = false;
      this.#after(200, () => void this.#join(item.room));
      return;
    }
    this.#after(failure.retryAfterMs ?? 300 + 400 * this.random.next(), () => {
      if (generation !== this.connection.generation || !this.outbox.has(item.record.tempId)) return;
      item.inFlight = false;
      if (room?.joined) void this.#send(item);
    });
  }

  /** Changes are not repeated: what no answer came to may have happened or not. */
  async #change(message, kind) {
    const value = { edit: `${message.tempId} edited`, delete: undefined, react: { emoji: this.random.pick(kEmojis), on: this.random.next() < 0.7 } }[kind];
    const [event, payload] = {
      edit: ['editMessage', { id: message.id, text: value }],
      delete: ['deleteMessage', { id: message.id }],
      react: ['react', { id: message.id, ...value }],
    }[kind];
    if (!this.connection.connected) return;
    const record = this.ledger.change(message.room, { kind, id: message.id, by: this.name, seq: null, value });
    this.changing += 1;
    const { generation } = this.connection;
    const { result, failure } = await this.connection.ask(event, payload, this.habits.ackMs);
    this.changing -= 1;
    if (result) {
      record.seq = result.seq;
      this.#heard();
    } else if (failure.code === 'MESSAGE_NOT_FOUND') record.refused = true;
    else this.#refusal(event, failure, generation);
  }
}
