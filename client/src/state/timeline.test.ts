import { describe, expect, it } from 'vitest';
import { parseServerEvent, type Change, type ServerEvent } from '../protocol/events';
import { list, parseMessage } from '../protocol/parse';
import type { Message } from '../protocol/types';
import { HISTORIES_MS, forSeeds, holds, type Random } from '../testing/random';
import { RoomLog, type LogEvent, type WireMessage } from '../testing/room_log';
import {
  EMPTY_TIMELINE, applyChange, applyChanges, applyMessage, applyOwnChange, fromSnapshot, hasHole, newest, prependPage, type Timeline,
} from './timeline';

function message(seq: number, more: Partial<Message> = {}): Message {
  return {
    id: `lobby-${seq}`, room: 'lobby', seq, changeSeq: seq, user: 'bob', text: `text ${seq}`, timestamp: seq * 1_000, editedAt: null, deletedAt: null,
    replyTo: null, threadRoot: null, reactions: [], attachments: [], tempId: null, ...more,
  };
}
const seqs = (timeline: Timeline): number[] => timeline.messages.map(({ seq }) => seq);
const textOf = (timeline: Timeline, seq: number): string | undefined => timeline.messages.find((m) => m.seq === seq)?.text;
const EDITED: Change = { kind: 'edited', text: 'better', at: 9_000 };
const of = (first: number, last: number, hasOlder = false): Timeline =>
  fromSnapshot(Array.from({ length: last - first + 1 }, (_, i) => message(first + i)), last, hasOlder);

describe('a snapshot', () => {
  it('stands in order, each message once', () => {
    const timeline = fromSnapshot([message(3), message(1), message(2), message(3)], 5, true);
    expect(seqs(timeline)).toEqual([1, 2, 3]);
    expect(timeline).toMatchObject({ lastSeq: 5, hasOlder: true });
    expect(hasHole(timeline)).toBe(false);
  });

  it('knows at least what its messages show, even if the server says no seq', () => {
    expect(fromSnapshot([message(4)], 0, false).lastSeq).toBe(4);
  });
});

describe('a new message', () => {
  it('is appended when it is the next one', () => {
    const timeline = applyMessage(of(1, 3), message(4));
    expect(seqs(timeline)).toEqual([1, 2, 3, 4]);
    expect(timeline.lastSeq).toBe(4);
  });

  it('is dropped when it is old', () => {
    const before = of(1, 3);
    expect(applyMessage(before, message(2, { text: 'other' }))).toBe(before);
  });

  it('is not shown behind a hole', () => {
    const timeline = applyMessage(of(1, 3), message(5));
    expect(seqs(timeline)).toEqual([1, 2, 3]);
    expect(timeline.lastSeq).toBe(3);
    expect(hasHole(timeline)).toBe(true);
  });

  it('closes the hole when it was what was missing', () => {
    expect(hasHole(applyMessage(applyMessage(of(1, 3), message(5)), message(4)))).toBe(true);
    const healed = [message(5), message(4), message(5)].reduce(applyMessage, of(1, 3));
    expect(seqs(healed)).toEqual([1, 2, 3, 4, 5]);
    expect(hasHole(healed)).toBe(false);
  });

  it('comes first in an empty room', () => {
    expect(seqs(applyMessage(EMPTY_TIMELINE, message(1)))).toEqual([1]);
  });

  it('gives its tempId to the copy that is there, and changes nothing else', () => {
    const before = of(1, 3);
    const timeline = applyMessage(before, message(2, { tempId: 't2', text: 'other' }));
    expect(timeline.messages[1]).toEqual({ ...message(2), tempId: 't2' });
    expect(timeline.messages[0]).toBe(before.messages[0]);
    expect(applyMessage(timeline, message(2, { tempId: 't2' }))).toBe(timeline);
  });
});

describe('a change', () => {
  it('replaces the message by what it is now, and keeps its tempId', () => {
    const before = fromSnapshot([message(1, { tempId: 't1' }), message(2)], 2, false);
    const timeline = applyChange(before, 3, 'lobby-1', message(1, { text: 'better', changeSeq: 3 }), EDITED);
    expect(timeline.messages[0]).toEqual(message(1, { text: 'better', changeSeq: 3, tempId: 't1' }));
    expect(timeline.messages[1]).toBe(before.messages[1]);
    expect(timeline.lastSeq).toBe(3);
  });

  it('is applied by itself when the server does not tell the whole message', () => {
    const edited = applyChange(of(1, 2), 3, 'lobby-1', null, EDITED);
    expect(edited.messages[0]).toMatchObject({ text: 'better', editedAt: 9_000, changeSeq: 3 });
    const reacted = applyChange(edited, 4, 'lobby-1', null, { kind: 'reactions', reactions: [{ emoji: '👍', users: ['ann'] }] });
    expect(reacted.messages[0]).toMatchObject({ text: 'better', reactions: [{ emoji: '👍', users: ['ann'] }], changeSeq: 4 });
    const deleted = applyChange(reacted, 5, 'lobby-1', null, { kind: 'deleted', at: 10_000 });
    expect(deleted.messages[0]).toMatchObject({ text: '', deletedAt: 10_000, reactions: [], changeSeq: 5 });
  });

  it('moves the log on when its message is not loaded', () => {
    const timeline = applyChange(of(5, 7, true), 8, 'lobby-2', message(2, { changeSeq: 8 }), EDITED);
    expect(seqs(timeline)).toEqual([5, 6, 7]);
    expect(timeline.lastSeq).toBe(8);
  });

  it('is dropped when it is old, and waits for what is missing when it is early', () => {
    const before = of(1, 3);
    expect(applyChange(before, 3, 'lobby-1', null, EDITED)).toBe(before);
    const early = applyChange(before, 5, 'lobby-1', null, EDITED);
    expect(hasHole(early)).toBe(true);
    expect(early.messages).toBe(before.messages);
  });

  it('does not put back a version that is older than the one that is here', () => {
    const ahead = applyOwnChange(of(1, 3), message(2, { text: 'mine', changeSeq: 5 }));
    const timeline = applyChange(ahead, 4, 'lobby-2', message(2, { changeSeq: 4, reactions: [{ emoji: '👍', users: ['ann'] }] }), { kind: 'reactions', reactions: [] });
    expect(textOf(timeline, 2)).toBe('mine');
    expect(timeline.lastSeq).toBe(4);
  });
});

describe('the answer to a change of one\'s own', () => {
  it('shows at once, and leaves the log where it is', () => {
    const timeline = applyOwnChange(fromSnapshot([message(1), message(2, { tempId: 't2' })], 2, false), message(2, { text: 'mine', changeSeq: 4 }));
    expect(timeline.messages[1]).toMatchObject({ text: 'mine', tempId: 't2' });
    expect(timeline.lastSeq).toBe(2);
  });

  it('adds nothing that is not here: neither from before nor from behind', () => {
    const before = of(3, 5, true);
    expect(applyOwnChange(before, message(2, { changeSeq: 9 }))).toBe(before);
    expect(applyOwnChange(before, message(8, { changeSeq: 9 }))).toBe(before);
    expect(applyOwnChange(EMPTY_TIMELINE, message(8, { changeSeq: 9 }))).toBe(EMPTY_TIMELINE);
  });

  it('is dropped when its event was quicker', () => {
    const before = applyChange(of(1, 2), 3, 'lobby-1', message(1, { text: 'better', changeSeq: 3 }), EDITED);
    expect(applyOwnChange(before, message(1, { text: 'better', changeSeq: 3 }))).toBe(before);
  });
});

describe('what sync brings', () => {
  it('fills the hole', () => {
    const timeline = applyChanges(applyMessage(of(1, 3), message(6)), [message(4), message(5), message(6)], 6);
    expect(seqs(timeline)).toEqual([1, 2, 3, 4, 5, 6]);
    expect(hasHole(timeline)).toBe(false);
  });

  it('leaves a hole for an event that overtook it', () => {
    const asked = applyMessage(of(1, 3), message(6));
    const meanwhile = applyMessage(asked, message(7));
    const answered = applyChanges(meanwhile, [message(4), message(5), message(6)], 6);
    expect(answered.lastSeq).toBe(6);
    expect(hasHole(answered)).toBe(true);
  });

  it('changes messages that are here, and sets those aside that are not loaded', () => {
    const timeline = applyChanges(of(5, 7, true), [message(6, { text: 'better', changeSeq: 8 }), message(2, { text: 'old', changeSeq: 9 })], 9);
    expect(seqs(timeline)).toEqual([5, 6, 7]);
    expect(textOf(timeline, 6)).toBe('better');
  });

  it('takes in old messages when the list goes back to the beginning', () => {
    expect(seqs(applyChanges(fromSnapshot([message(2)], 2, false), [message(1, { changeSeq: 3 })], 3))).toEqual([1, 2]);
  });

  it('changes nothing when there was nothing', () => {
    const before = of(1, 3);
    expect(applyChanges(before, [], 3)).toBe(before);
    expect(applyChanges(before, [], 0)).toBe(before);
  });

  it('never goes back', () => {
    const before = applyChange(of(1, 3), 4, 'lobby-2', message(2, { text: 'new', changeSeq: 4 }), EDITED);
    const timeline = applyChanges(before, [message(2, { text: 'older', changeSeq: 2 })], 3);
    expect(textOf(timeline, 2)).toBe('new');
    expect(timeline.lastSeq).toBe(4);
  });
});

describe('an older page', () => {
  it('joins on', () => {
    const timeline = prependPage(of(5, 7, true), 5, [message(3), message(4)], true);
    expect(seqs(timeline)).toEqual([3, 4, 5, 6, 7]);
    expect(timeline.hasOlder).toBe(true);
    expect(prependPage(timeline, 3, [message(2), message(1)], false)).toMatchObject({ hasOlder: false });
  });

  it('is thrown away when the list was replaced meanwhile', () => {
    const replaced = of(8, 9, true);
    expect(prependPage(replaced, 5, [message(3), message(4)], false)).toBe(replaced);
  });

  it('adds nothing that is here already', () => {
    expect(seqs(prependPage(of(5, 7, true), 5, [message(4), message(5), message(6)], true))).toEqual([4, 5, 6, 7]);
  });

  it('takes in what changed after it was read', () => {
    const changed = applyChange(of(5, 7, true), 8, 'lobby-3', message(3, { text: 'better', changeSeq: 8 }), EDITED);
    const synced = applyChanges(changed, [message(4, { text: 'also', changeSeq: 9 })], 9);
    const timeline = prependPage(synced, 5, [message(3), message(4)], true);
    expect(textOf(timeline, 3)).toBe('better');
    expect(textOf(timeline, 4)).toBe('also');
    expect(seqs(timeline)).toEqual([3, 4, 5, 6, 7]);
  });

  it('is the last one if it is empty, whatever the server promises', () => {
    expect(prependPage(of(5, 7, true), 5, [], true).hasOlder).toBe(false);
  });
});

describe('keeping the newest only', () => {
  it('forgets the oldest, and knows that there were some', () => {
    const timeline = newest(of(1, 10), 4);
    expect(seqs(timeline)).toEqual([7, 8, 9, 10]);
    expect(timeline).toMatchObject({ hasOlder: true, lastSeq: 10 });
    const few = of(1, 3);
    expect(newest(few, 4)).toBe(few);
  });

  it('keeps a bounded number of changes of what is not here', () => {
    let timeline = of(1_000, 1_001, true);
    for (let i = 1; i <= 500; ++i) timeline = applyChange(timeline, 1_001 + i, `lobby-${i}`, message(i, { changeSeq: 1_001 + i }), EDITED);
    expect(timeline.aside.length).toBeLessThanOrEqual(100);
  });
});

// ---- A snapshot plus the events after it equals a fresh snapshot

const ME = 'ann';
const USERS = [ME, 'bob', 'eve'];
const PAGE = 4;
const SYNC_LIMIT = 5;

type Answer = (timeline: Timeline) => Timeline;

/** One client of one room log over a network that loses, doubles and reorders events, and is slow with answers. */
class Reader {
  private clock = 1_700_000_000_000;
  readonly log: RoomLog = new RoomLog('lobby', () => (this.clock += 1_000));
  timeline: Timeline = EMPTY_TIMELINE;
  private events: unknown[][] = [];
  /** Asked, and not read by the server yet. */
  private asked: (() => Answer)[] = [];
  /** Read by the server, and still under way. */
  private answers: Answer[] = [];
  private syncing = false;
  private loading = false;
  private texts = 0;

  /** `patches`: an older server, that does not tell the whole message with a change. */
  constructor(private readonly random: Random, private readonly patches: boolean) {}

  /** `early`: changes what stands just before the first message that is loaded. */
  serverSide(early = false): void {
    const { random, log } = this;
    const first = this.timeline.messages[0]?.seq ?? 0;
    let alive = log.messages.filter(({ deletedAt }) => deletedAt === undefined);
    if (early) alive = alive.filter(({ seq }) => seq < first);
    const what = alive.length === 0 ? 0 : early ? 4 + random.below(4) : random.below(8);
    if (what < 4) {
      const user = random.pick(USERS);
      const { event } = log.append(user, `text ${++this.texts}`, user === ME ? { tempId: `t${this.texts}` } : {});
      if (event !== null) this.tell(event);
      return;
    }
    // Recent ones mostly, as people do.
    const { id } = random.chance(0.7) ? random.pick(alive.slice(-5)) : random.pick(alive);
    const event = what < 6 ? log.edit(id, `text ${++this.texts}`) : what === 6 ? log.react(id, random.pick(USERS), random.pick(['👍', '🎉']), random.chance(0.7)) : log.delete(id);
    this.tell(event);
    if (random.chance(0.3)) {
      const own = parseMessage(event.payload(ME).message) as Message;
      this.answers.push((timeline) => applyOwnChange(timeline, own));
    }
  }

  private tell(event: LogEvent, reliably = false): void {
    const { message: whole, ...patch } = event.payload(ME);
    const payload = event.name === 'message' || !this.patches ? event.payload(ME) : patch;
    holds(event.name === 'message' || whole !== undefined, 'a change tells the message');
    const copies = reliably ? 1 : this.random.pick([0, 1, 1, 1, 1, 1, 1, 2]);
    for (let i = 0; i < copies; ++i) this.events.push([event.name, payload]);
  }

  deliver(): void {
    const at = this.random.chance(0.8) ? 0 : this.random.below(this.events.length);
    const [taken] = this.events.splice(at, 1);
    if (taken === undefined) return;
    const event = parseServerEvent(taken[0] as 'message', JSON.parse(JSON.stringify(taken[1]))) as ServerEvent;
    if (event.type === 'message') this.timeline = applyMessage(this.timeline, event.message);
    else if (event.type === 'changed') this.timeline = applyChange(this.timeline, event.seq, event.id, event.message, event.change);
    this.check();
  }

  /** The server reads what was asked for; the answer comes later. */
  serverReads(): void {
    const read = this.asked.shift();
    if (read !== undefined) this.answers.push(read());
  }
  answered(): void {
    const answer = this.answers.shift();
    if (answer === undefined) return;
    this.timeline = answer(this.timeline);
    this.check();
  }

  heal(): void {
    if (this.syncing || !hasHole(this.timeline)) return;
    this.syncing = true;
    this.ask(() => this.log.sync(ME, this.timeline.lastSeq, SYNC_LIMIT));
  }
  private ask(read: () => ReturnType<RoomLog['sync']>): void {
    const { lastSeq } = this.timeline;
    this.asked.push(() => {
      const { changes, seq, hasMore } = read();
      const parsed = parsedAll(changes);
      return (timeline) => {
        const next = applyChanges(timeline, parsed, seq);
        this.syncing = false;
        if (hasMore && seq > lastSeq) {
          this.syncing = true;
          this.asked.push(() => this.nextPage(seq));
        }
        return next;
      };
    });
  }
  private nextPage(after: number): Answer {
    const { changes, seq, hasMore } = this.log.sync(ME, after, SYNC_LIMIT);
    const parsed = parsedAll(changes);
    return (timeline) => {
      this.syncing = hasMore;
      if (hasMore) this.asked.push(() => this.nextPage(seq));
      return applyChanges(timeline, parsed, seq);
    };
  }

  loadPage(): void {
    const before = this.timeline.messages[0]?.seq;
    if (this.loading || !this.timeline.hasOlder || before === undefined) return;
    this.loading = true;
    this.asked.push(() => {
      const { messages, hasMore } = this.log.history(ME, PAGE, before);
      const parsed = parsedAll(messages);
      return (timeline) => {
        this.loading = false;
        return prependPage(timeline, before, parsed, hasMore);
      };
    });
    // An older server tells too little with a change for a page that was read before it.
    while (this.patches && this.loading) {
      this.serverReads();
      this.answered();
    }
  }

  /** Everything under way is lost; then the join says where we were. */
  reconnect(): void {
    this.events = [];
    this.asked = [];
    this.answers = [];
    this.syncing = this.loading = false;
    if (this.timeline.lastSeq === 0) {
      const { messages, hasMore } = this.log.history(ME, PAGE);
      this.timeline = fromSnapshot(parsedAll(messages), this.log.seq, hasMore);
    } else {
      let after = this.timeline.lastSeq;
      for (let more = true; more;) {
        const { changes, seq, hasMore } = this.log.sync(ME, after, SYNC_LIMIT);
        this.timeline = applyChanges(this.timeline, parsedAll(changes), seq);
        after = seq;
        more = hasMore;
      }
    }
    this.check();
  }

  trim(): void {
    this.timeline = newest(this.timeline, 6);
  }

  /** All that is under way arrives; a last message, if it is lucky, shows what is still missing. */
  settle(): void {
    this.tell(this.log.append('bob', 'the last one').event as LogEvent, true);
    const busy = (): boolean => this.events.length + this.asked.length + this.answers.length > 0 || hasHole(this.timeline);
    for (let turns = 0; busy(); ++turns) {
      holds(turns < 10_000, 'it comes to an end');
      this.deliver();
      this.heal();
      this.serverReads();
      this.answered();
    }
  }

  /** At any time. */
  private check(): void {
    const { messages, lastSeq, seenSeq } = this.timeline;
    for (let i = 1; i < messages.length; ++i) holds((messages[i] as Message).seq > (messages[i - 1] as Message).seq, () => `in order: ${seqs(this.timeline).join()}`);
    holds(lastSeq <= this.log.seq && seenSeq >= lastSeq, 'it knows no more than there is');
  }

  /** A fresh snapshot, as far back as this one goes. */
  expected(): Message[] {
    const first = this.timeline.hasOlder ? (this.timeline.messages[0]?.seq ?? 0) : 0;
    return parsedAll(this.log.history(ME, Infinity).messages.filter(({ seq }) => seq >= first));
  }
}

function parsedAll(messages: readonly WireMessage[]): Message[] {
  return list(JSON.parse(JSON.stringify(messages)), parseMessage);
}

function wander(reader: Reader, random: Random): void {
  const before = random.below(20);
  for (let i = 0; i < before; ++i) reader.serverSide();
  reader.reconnect();
  const steps = 40 + random.below(120);
  for (let step = 0; step < steps; ++step) {
    const what = random.below(100);
    if (what < 35) reader.serverSide();
    else if (what < 65) reader.deliver();
    else if (what < 74) reader.heal();
    else if (what < 84) reader.serverReads();
    else if (what < 93) reader.answered();
    else if (what < 97) reader.loadPage();
    else if (what < 98) reader.trim();
    else reader.reconnect();
  }
}

describe('a snapshot plus the events after it equals a fresh snapshot', () => {
  it.each([
    ['after the holes have healed by themselves', false, false],
    ['after a reconnect', false, true],
    ['with a server that tells changes only', true, false],
  ])('%s', (_, patches, reconnects) => {
    forSeeds(400, (random) => {
      const reader = new Reader(random, patches);
      wander(reader, random);
      if (reconnects) reader.reconnect();
      else reader.settle();
      const { timeline, log } = reader;
      holds(timeline.lastSeq === log.seq, () => `at ${timeline.lastSeq}, and the log at ${log.seq}`);
      expect(timeline.messages).toEqual(reader.expected());
    });
  }, HISTORIES_MS);

  it('down to the first message, when somebody scrolls all the way up', () => {
    forSeeds(60, (random) => {
      const reader = new Reader(random, false);
      wander(reader, random);
      reader.settle();
      for (let pages = 0; reader.timeline.hasOlder; ++pages) {
        holds(pages < 200, 'there is a first page');
        reader.loadPage();
        reader.serverReads();
        // Events are quicker than a page that was read before them.
        for (let i = random.below(6); i > 0; --i) reader.serverSide(true);
        for (let i = random.below(6); i > 0; --i) reader.deliver();
        reader.answered();
        reader.settle();
      }
      expect(reader.timeline.messages).toEqual(reader.expected());
      expect(reader.timeline.messages).toHaveLength(reader.log.messages.length);
    });
  }, HISTORIES_MS);
});
