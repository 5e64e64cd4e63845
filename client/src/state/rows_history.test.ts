import { expect, it } from 'vitest';
import type { Failure, Message } from '../protocol/types';
import { NOON, messageOf, messagesOf } from '../testing/messages';
import { HISTORIES_MS, forSeeds, holds, type Random } from '../testing/random';
import type { OutboxItem } from './outbox';
import { initialRooms, roomsReducer, type RoomState, type Rooms, type RoomsEvent } from './rooms';
import { createRowBuilder, messageKey, type PendingMessage } from './rows';
import type { Row } from './view';

/** Random histories of a room: the list that was built step by step is the list built at once. */

const FAILURE: Failure = { code: 'MUTED', message: 'You may not write here.', field: null, retryAfterMs: null };
const DAY = 24 * 3_600_000;

function pendingOf(tempId: string, more: Partial<OutboxItem>): PendingMessage {
  return {
    item: {
      tempId, author: 'account:ann', room: 'lobby', text: `text of ${tempId}`, replyTo: null, createdAt: NOON, order: 1, status: 'QUEUED', failure: null,
      notBefore: 0, tries: 0, revision: 1, ...more,
    },
    confirmation: null,
  };
}

class Wanderer {
  private rooms: Rooms;
  private pending: PendingMessage[] = [];
  private seq = 0;
  private made = 0;
  private clock = NOON;

  constructor(private readonly random: Random) {
    [this.rooms] = roomsReducer(initialRooms('ann'), { type: 'entered', room: 'lobby', cached: null });
    this.tell({ type: 'joined', room: 'lobby' });
    this.server({ type: 'history', room: 'lobby', messages: [], seq: 0, hasMore: false });
  }
  private tell(event: RoomsEvent): void {
    [this.rooms] = roomsReducer(this.rooms, event);
  }
  private server(event: Extract<RoomsEvent, { readonly type: 'server' }>['event']): void {
    this.tell({ type: 'server', event, at: this.clock });
  }
  get room(): RoomState {
    return this.rooms.byName.get('lobby') as RoomState;
  }
  get waiting(): readonly PendingMessage[] {
    return this.pending;
  }

  step(): void {
    const { random, room } = this;
    const { messages } = room.timeline;
    this.clock += random.chance(0.05) ? DAY : random.chance(0.1) ? -3_600_000 : random.below(200_000);
    switch (random.below(14)) {
      case 0: case 1: case 2: case 3:
        this.write(random.pick(['ann', 'bob', 'eve']));
        break;
      case 4: case 5: {
        if (messages.length === 0) break;
        const { id } = random.pick(messages);
        const change = random.pick([
          { kind: 'edited', text: `edit ${++this.made}`, at: this.clock }, { kind: 'deleted', at: this.clock }, { kind: 'reactions', reactions: [{ emoji: '👍', users: ['eve'] }] },
        ] as const);
        this.server({ type: 'changed', room: 'lobby', seq: ++this.seq, id, message: null, change });
        break;
      }
      case 6:
        this.server({ type: 'notice', notice: { room: 'lobby', text: `notice ${++this.made}`, timestamp: this.clock } });
        break;
      case 7:
        this.tell(random.pick<RoomsEvent>([{ type: 'opened', room: 'lobby' }, { type: 'closed' }, { type: 'focus', on: random.chance(0.5) }, { type: 'read', room: 'lobby' }]));
        break;
      case 8: {
        const before = messages[0]?.seq;
        if (before === undefined || !room.timeline.hasOlder) break;
        const page = messagesOf(Math.max(1, before - 5), before - 1);
        this.tell({ type: 'older', room: 'lobby', before, messages: page, hasMore: before > 6 });
        break;
      }
      case 9: {
        // Part of a long `sync`: what changed later comes with the next part.
        const from = this.seq;
        this.seq += 6;
        const [first, ...later] = random.shuffled(messagesOf(from + 1, from + 4, { timestamp: this.clock }));
        this.tell({ type: 'synced', room: 'lobby', changes: [first as Message], seq: from + 4, hasMore: true });
        this.check();
        this.tell({ type: 'synced', room: 'lobby', changes: later.map((message) => ({ ...message, changeSeq: from + 6 })), seq: from + 6, hasMore: false });
        break;
      }
      case 10: {
        const newestOnly = messages.slice(-5);
        if (random.chance(0.2)) this.rooms = { ...this.rooms, byName: new Map([['lobby', { ...room, timeline: { ...room.timeline, messages: newestOnly, hasOlder: messages.length > 5 } }]]) };
        break;
      }
      default:
        this.send();
    }
    this.check();
  }
  private write(user: string, tempId: string | null = null): void {
    const seq = ++this.seq;
    const replyTo = this.random.chance(0.2) ? `lobby-${1 + this.random.below(seq)}` : null;
    this.server({ type: 'message', message: messageOf(seq, { user, tempId, replyTo, timestamp: this.clock, text: this.random.chance(0.2) ? 'hey @ann' : `text ${seq}` }) });
  }
  private send(): void {
    const { random } = this;
    const [first, ...others] = this.pending;
    if (first === undefined || random.chance(0.4)) {
      this.pending = [...this.pending, pendingOf(`t${++this.made}`, { createdAt: this.clock, order: this.made, replyTo: random.chance(0.2) ? 'lobby-1' : null })];
    } else if (first.confirmation === null) {
      const next = random.pick<PendingMessage>([
        { ...first, confirmation: { id: `lobby-${this.seq + 1}`, seq: this.seq + 1, timestamp: this.clock } },
        { ...first, item: { ...first.item, status: 'FAILED', failure: FAILURE } },
        { ...first, item: { ...first.item, status: 'QUEUED', notBefore: this.clock } },
      ]);
      this.pending = [next, ...others];
    } else {
      this.write('ann', first.item.tempId);
      this.pending = others;
    }
  }

  private readonly builder = createRowBuilder('ann');
  private last: ReadonlyMap<string, { readonly row: Row; readonly source: unknown }> = new Map();
  private check(): void {
    const rows = this.builder.build(this.room, this.pending);
    const afresh = createRowBuilder('ann').build(this.room, this.pending);
    expect(rows).toEqual(afresh);
    const keys = rows.rows.map(({ key }) => key);
    holds(new Set(keys).size === keys.length, () => `each key once: ${keys.join(' ')}`);
    holds(rows.rows.filter(({ kind }) => kind === 'message').length === this.room.timeline.messages.length + this.pending.length, 'each message has one row');
    holds((rows.rows[rows.unreadIndex]?.kind === 'unread') === (rows.unreadIndex >= 0), 'the index is that of the line');
    const sources = new Map<string, unknown>([
      ...this.room.timeline.messages.map((message) => [messageKey(message), message] as const),
      ...this.pending.map(({ item }) => [`t:${item.tempId}`, item] as const),
    ]);
    const now = new Map(rows.rows.map((row) => [row.key, { row, source: sources.get(row.key) }]));
    for (const [key, { row, source }] of now) {
      const before = this.last.get(key);
      const same = before !== undefined && before.source === source && JSON.stringify(before.row) === JSON.stringify(row);
      holds(!same || before.row === row, () => `${key} was made anew without a reason`);
    }
    this.last = now;
  }
}

it('builds step by step what it would build at once, and makes no row anew without a reason', () => {
  forSeeds(40, (random) => {
    const wanderer = new Wanderer(random);
    for (let step = 0; step < 50; ++step) wanderer.step();
  });
}, HISTORIES_MS);
