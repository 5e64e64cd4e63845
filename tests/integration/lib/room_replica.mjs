// A client's view of a room, kept by nothing but the two rules of docs/protocol.md: an event with the next seq is applied,
// an older one dropped, a later one means a hole and `sync`; after a reconnect `join` with lastSeq. What it ends up with
// must equal what a newcomer reads: that is what snapshot plus events equals fresh snapshot means.
import assert from 'node:assert/strict';
import { ask, close, connect, nextEvent } from './clients.mjs';
import { waitFor } from './wait.mjs';

const lastChange = (message) => message.changeSeq ?? message.seq;

export class RoomReplica {
  constructor(room) {
    this.room = room;
    this.messages = new Map();
    this.seq = 0;
    /** The highest seq that an event had. */
    this.seen = 0;
    /** Older messages than this one's seq were not in the first snapshot: they are known only if they changed since. */
    this.floor = 0;
    this.known = false;
    this.holes = 0;
    /** So many of the next events are lost on their way: a test sets it. */
    this.loses = 0;
    this.behind = false;
    this.syncing = 0;
    this.sockets = 0;
  }

  /** Listens on this socket from now on, through its reconnects too. */
  attach(socket) {
    this.socket = socket;
    const current = (handler) => (event) => {
      if (this.socket === socket && event.room === this.room) handler(event);
    };
    socket.on('messageHistory', current((page) => this.onHistory(page)));
    socket.on('message', current((message) => {
      if (message.id !== undefined) this.onEvent(message.seq, message);
    }));
    for (const event of ['messageEdited', 'messageDeleted', 'reactionUpdated']) {
      socket.on(event, current((change) => {
        this.check(event, change);
        this.onEvent(change.seq, change.message);
      }));
    }
    socket.on('disconnect', () => {
      if (this.socket === socket) this.sockets += 1;
    });
  }

  /** Joins on the attached socket: from where it stands, or with the first snapshot. */
  join(payload) {
    this.asked = this.known ? 'changes' : 'snapshot';
    return ask(this.socket, 'join', { ...payload, room: this.room, ...(this.known ? { lastSeq: this.seq } : {}) });
  }

  /** A client that patches and one that takes the whole message must end up with the same. */
  check(event, change) {
    const { message } = change;
    assert.equal(message.id, change.id);
    // Greater where a server read what it had missed: then it tells the message as it is now.
    assert.ok(message.changeSeq >= change.seq, `${message.changeSeq} at ${change.seq}`);
    if (event === 'messageEdited') assert.deepEqual([message.text, message.editedAt], [change.text, change.editedAt]);
    if (event === 'messageDeleted') assert.deepEqual([message.text, message.deletedAt], ['', change.deletedAt]);
    if (event === 'reactionUpdated') assert.deepEqual(message.reactions ?? [], change.reactions);
  }

  onHistory({ messages, seq, hasMore }) {
    if (this.asked === 'snapshot') {
      this.messages = new Map(messages.map((message) => [message.id, message]));
      this.seq = seq;
      this.floor = hasMore ? (messages[0]?.seq ?? seq + 1) : 0;
      this.known = true;
      this.behind = false;
      return;
    }
    this.onChanges({ changes: messages, seq, hasMore });
  }

  onEvent(seq, message) {
    if (this.loses > 0) {
      this.loses -= 1;
      return;
    }
    // Events may reach a socket before the answer to its join: they wait in the log like any others.
    this.seen = Math.max(this.seen, seq);
    if (!this.known || seq <= this.seq) return;
    if (seq === this.seq + 1) {
      this.put(message);
      this.seq = seq;
      return;
    }
    this.holes += 1;
    this.behind = true;
    this.sync();
  }

  onChanges({ changes, seq, hasMore }) {
    for (const message of changes) this.put(message);
    this.seq = Math.max(this.seq, seq);
    // The page may have been read before what an event has told of meanwhile: then the hole is still there.
    this.behind = hasMore || this.seen > this.seq;
    if (this.behind) this.sync();
  }

  put(message) {
    const before = this.messages.get(message.id);
    if (before && lastChange(before) > lastChange(message)) return;
    this.messages.set(message.id, before?.tempId ? { ...message, tempId: before.tempId } : message);
  }

  /** Asks for what it missed; one question at a time. */
  sync() {
    const connection = this.sockets;
    if (this.syncing === connection + 1) return undefined;
    this.syncing = connection + 1;
    return ask(this.socket, 'sync', { room: this.room, lastSeq: this.seq }).then(
      (page) => {
        if (this.sockets !== connection) return;
        this.syncing = 0;
        this.onChanges(page);
      },
      (error) => {
        // The connection that was asked is gone; the next join asks again.
        if (this.sockets === connection && this.socket.connected) this.failed = error;
        if (this.syncing === connection + 1) this.syncing = 0;
      },
    );
  }

  /** Resolves when it has reached `seq`, by events and syncs alone. */
  reached(seq) {
    return waitFor(
      () => {
        if (this.failed) throw this.failed;
        return this.seq >= seq && !this.behind;
      },
      { what: `the view of ${this.room} reaches seq ${seq}`, timeoutMs: 20_000 },
    ).catch((error) => {
      throw new Error(`${error.message}: it stands at ${this.seq}, behind: ${this.behind}, connected: ${this.socket.connected} by ${this.socket.io.engine?.transport?.name}`, { cause: error.cause });
    });
  }

  /** In the order of creation. */
  list() {
    return [...this.messages.values()].sort((a, b) => a.seq - b.seq);
  }

  /** Fails unless this view is the fresh one, as far back as it goes. */
  assertEquals(fresh, what = this.room) {
    const plain = ({ tempId, ...message }) => message;
    const known = new Set(this.messages.keys());
    const expected = fresh.messages.filter((message) => message.seq >= this.floor || known.has(message.id));
    assert.equal(this.seq, fresh.seq, `${what}: seq`);
    assert.deepEqual(this.list().map(plain), expected.map(plain), what);
  }
}

let newcomers = 0;

/**
 * What a newcomer sees of a room, all pages of it: { seq, messages }. options: as for connect; join: fields of the join.
 *
 * The snapshot of a join may stand a moment behind an acknowledgement that somebody else has just got: the events after
 * it bring the rest. So the log itself is asked once more (`sync` reads it), or a test that compares with what was
 * acknowledged would fail now and then on a busy machine.
 */
export async function freshView(server, room, { join = {}, ...options } = {}) {
  const socket = await connect(server, options);
  newcomers += 1;
  const snapshot = nextEvent(socket, 'messageHistory', (page) => page.room === room);
  await ask(socket, 'join', { name: `newcomer${newcomers}`, room, ...join });
  const { messages, seq: standsAt, hasMore } = await snapshot;
  let seq = standsAt;
  let more = hasMore;
  while (more) {
    const page = await ask(socket, 'loadHistory', { room, before: messages[0].seq, limit: 200 });
    messages.unshift(...page.messages);
    more = page.hasMore;
  }
  const byId = new Map(messages.map((message) => [message.id, message]));
  for (more = true; more; ) {
    const page = await ask(socket, 'sync', { room, lastSeq: seq });
    for (const message of page.changes) byId.set(message.id, message);
    seq = page.seq;
    more = page.hasMore;
  }
  close(socket);
  return { seq, messages: [...byId.values()].sort((a, b) => a.seq - b.seq) };
}
