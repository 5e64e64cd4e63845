import { describe, expect, it } from 'vitest';
import { parseServerEvent, type ServerEvent } from '../protocol/events';
import { list, parseMessage } from '../protocol/parse';
import type { Message } from '../protocol/types';
import { HISTORIES_MS, forSeeds, holds, type Random } from '../testing/random';
import { RoomLog, type LogEvent, type WireMessage } from '../testing/room_log';
import { EMPTY_TIMELINE, applyChange, applyChanges, applyMessage, applyOwnChange, fromSnapshot, hasHole, newest, prependPage, type Timeline } from './timeline';

/** The property that all of the log rests on: a snapshot plus the events after it equals a fresh snapshot. */

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
    for (let i = 1; i < messages.length; ++i) holds((messages[i] as Message).seq > (messages[i - 1] as Message).seq, () => `in order: ${messages.map(({ seq }) => seq).join()}`);
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
