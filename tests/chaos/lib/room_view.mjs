// A client's view of one room, kept by the two rules of docs/protocol.md and nothing else, as the web client keeps its own
// (client/src/state/timeline.ts): an event with seq = last + 1 is applied, an older one dropped; a later one means a hole,
// which `sync` fills. Pure: it asks for nothing itself, `needsSync` says when somebody ought to.

/** @typedef {import('./checker.mjs').Message} Message */

/** @param {Message} message */
export const lastChange = (message) => message.changeSeq ?? message.seq;

export class RoomView {
  /** @param {string} room */
  constructor(room) {
    this.room = room;
    /** @type {Map<string, Message>} by id */
    this.messages = new Map();
    /** Everything up to here has been applied. */
    this.seq = 0;
    /** The highest seq that any event named. */
    this.seenSeq = 0;
    /** Messages before this seq were not in the snapshot: known only if they changed since. 0: the room from its beginning. */
    this.floor = 0;
    this.known = false;
    this.hasMore = false;
    /** How often an event came too early. */
    this.holes = 0;
  }

  /** Whether something is missing that `sync` from `seq` would bring. */
  get needsSync() {
    return this.known && (this.hasMore || this.seenSeq > this.seq);
  }

  /**
   * The event messageHistory, in answer to a join with lastSeq (`changes`) or without.
   * @param {{ messages: Message[], seq: number, hasMore: boolean }} page
   * @param {'changes' | 'snapshot'} asked
   */
  onHistory({ messages, seq, hasMore }, asked) {
    if (asked === 'changes') return this.onChanges({ changes: messages, seq, hasMore });
    // The answer to an earlier question that was thought lost.
    if (this.known && seq < this.seq) return undefined;
    this.messages = new Map(messages.map((message) => [message.id, message]));
    this.seq = seq;
    this.seenSeq = Math.max(this.seenSeq, seq);
    this.floor = hasMore ? (messages[0]?.seq ?? seq + 1) : 0;
    this.known = true;
    this.hasMore = false;
    return undefined;
  }

  /** An answer of `sync`. @param {{ changes: Message[], seq: number, hasMore: boolean }} page */
  onChanges({ changes, seq, hasMore }) {
    for (const message of changes) this.#put(message);
    if (seq < this.seq) return;
    this.seq = seq;
    this.seenSeq = Math.max(this.seenSeq, seq);
    this.hasMore = hasMore;
  }

  /** A new message, or one as it is after a change. @param {number} seq @param {Message} message */
  onEvent(seq, message) {
    if (seq > this.seenSeq) this.seenSeq = seq;
    if (!this.known || seq <= this.seq) return;
    if (seq > this.seq + 1) {
      this.holes += 1;
      return;
    }
    this.#put(message);
    this.seq = seq;
  }

  /** @param {Message} message */
  #put(message) {
    const before = this.messages.get(message.id);
    if (before && lastChange(before) > lastChange(message)) return;
    this.messages.set(message.id, message);
  }

  /** In the order of creation. */
  list() {
    return [...this.messages.values()].sort((a, b) => a.seq - b.seq);
  }
}
