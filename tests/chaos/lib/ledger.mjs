// What one process of clients was told: the evidence for the checker, room by room.
// Confined to: its process. Rooms are forgotten when they have been checked.

import { Latencies } from './histogram.mjs';

/** @typedef {import('./checker.mjs').Send} Send */
/** @typedef {import('./checker.mjs').Change} Change */

export class Ledger {
  constructor() {
    /** @type {Map<string, { sends: Send[], changes: Change[], seen: Map<number, Map<string, string>> }>} */
    this.rooms = new Map();
    this.composed = 0;
    this.acknowledged = 0;
    /** From the first try of a message to its acknowledgement, and to its arrival. */
    this.latencies = new Latencies();
    this.resent = 0;
    this.elsewhere = 0;
    this.forgotten = 0;
    /** Refusals that no fault explains: they end a run. */
    this.refused = [];
    /** code -> how often: refusals that say "later". */
    this.temporary = new Map();
  }

  #room(name) {
    let room = this.rooms.get(name);
    if (!room) {
      room = { sends: [], changes: [], seen: new Map() };
      this.rooms.set(name, room);
    }
    return room;
  }

  /** @param {string} room @param {Send} send */
  send(room, send) {
    this.#room(room).sends.push(send);
    return send;
  }

  /** @param {string} room @param {Change} change */
  change(room, change) {
    this.#room(room).changes.push(change);
    return change;
  }

  /** Whoever saw something at a seq; the first of those who saw the same stands for all. */
  seen(room, seq, what, by) {
    const { seen } = this.#room(room);
    let there = seen.get(seq);
    if (!there) {
      there = new Map();
      seen.set(seq, there);
    }
    if (!there.has(what)) there.set(what, by);
  }

  later(code) {
    this.temporary.set(code, (this.temporary.get(code) ?? 0) + 1);
  }

  /** @param {string} who @param {string} event @param {{ code: string, message: string }} failure */
  refusal(who, event, { code, message }) {
    if (this.refused.length < 20) this.refused.push(`${event} of ${who} was refused: ${code} (${message})`);
  }

  /** The evidence of some rooms, as it goes to the process that checks. */
  evidence(names) {
    return names.map((name) => {
      const { sends, changes, seen } = this.#room(name);
      return {
        room: name,
        sends,
        changes: changes.filter((change) => !change.refused),
        seen: [...seen].flatMap(([seq, whats]) => [...whats].map(([what, by]) => ({ seq, what, by }))),
      };
    });
  }

  forget(names) {
    for (const name of names) this.rooms.delete(name);
  }
}
