// Somebody who never stops writing, keeps what is not acknowledged, and sends it again with the same tempId: after the time
// that a refusal names, and after a reconnect.
import assert from 'node:assert/strict';
import { ask, openClient } from './clients.mjs';

const kInFlight = 8;

export class SteadyWriter {
  /** options: as for openClient. */
  constructor(server, { name, room, ...options }) {
    Object.assign(this, { name, room });
    this.outbox = new Map(); // tempId -> text: not acknowledged yet
    this.acknowledged = new Map(); // tempId -> { id, text }
    this.refused = 0; // UNAVAILABLE, sent again
    this.disconnects = 0;
    this.errors = []; // anything else
    this.written = 0;
    this.writing = true;
    this.socket = openClient(server, { reconnection: true, reconnectionDelay: 20, reconnectionDelayMax: 100, ...options });
    this.socket.on('connect', () => this.enter());
    this.socket.on('disconnect', () => {
      this.disconnects += 1;
      this.ready = false;
    });
  }

  async enter() {
    try {
      await ask(this.socket, 'join', { name: this.name, room: this.room });
    } catch (error) {
      if (!this.socket.connected) return;
      if (error.code === 'UNAVAILABLE' || error.code === 'NAME_TAKEN') setTimeout(() => this.socket.connected && this.enter(), 100);
      else this.errors.push(error);
      return;
    }
    this.ready = true;
    for (const tempId of this.outbox.keys()) this.send(tempId);
    this.write();
  }

  write() {
    while (this.writing && this.ready && this.outbox.size < kInFlight) {
      this.written += 1;
      const tempId = `${this.name}-${this.written}`;
      this.outbox.set(tempId, `line ${this.written} of ${this.name}`);
      this.send(tempId);
    }
  }

  send(tempId) {
    const text = this.outbox.get(tempId);
    this.socket.emit('sendMessage', { text, tempId, room: this.room }, (error, result) => {
      if (error && result.code === 'UNAVAILABLE') {
        assert.ok(result.retryAfterMs > 0, 'it says when to come back');
        this.refused += 1;
        setTimeout(() => this.ready && this.outbox.has(tempId) && this.send(tempId), 50 + Math.random() * 100);
        return;
      }
      if (error) {
        this.errors.push(Object.assign(new Error(error), result));
        return;
      }
      const before = this.acknowledged.get(tempId);
      if (before) assert.equal(result.id, before.id, 'the first id');
      this.acknowledged.set(tempId, { id: result.id, text });
      this.outbox.delete(tempId);
      this.write();
    });
  }
}

/** Fails unless `messages` (all of a room) are the acknowledged ones of these writers: each once, densely numbered, and no other. */
export function assertStored(messages, writers, what = 'the room') {
  assert.deepEqual(messages.map((message) => message.seq), messages.map((_, index) => index + 1), `${what}: seq is dense`);
  assert.deepEqual(
    messages.map((message) => `${message.id} ${message.text}`).sort(),
    writers.flatMap((writer) => [...writer.acknowledged.values()].map(({ id, text }) => `${id} ${text}`)).sort(),
    `${what}: each acknowledged message once, under the id that was acknowledged, and no other`,
  );
}
