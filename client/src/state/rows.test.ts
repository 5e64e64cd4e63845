import { describe, expect, it } from 'vitest';
import type { Failure, Message } from '../protocol/types';
import { NOON, messageOf, messagesOf } from '../testing/messages';
import { HISTORIES_MS, forSeeds, holds, type Random } from '../testing/random';
import type { Confirmation, OutboxItem } from './outbox';
import { initialRooms, roomsReducer, type RoomState, type Rooms, type RoomsEvent } from './rooms';
import { countMentions, createRowBuilder, messageKey, type PendingMessage, type Rows } from './rows';
import { fromSnapshot } from './timeline';
import type { MessageRow, Row } from './view';

const FAILURE: Failure = { code: 'MUTED', message: 'You may not write here.', field: null, retryAfterMs: null };
const DAY = 24 * 3_600_000;

/** A room of "ann" with these messages. */
function roomOf(messages: readonly Message[], more: Partial<RoomState> = {}): RoomState {
  const [rooms] = roomsReducer(initialRooms('ann'), {
    type: 'entered', room: 'lobby', cached: { messages, lastSeq: messages.at(-1)?.changeSeq ?? 0, hasOlder: false, readSeq: null, info: null },
  });
  return { ...(rooms.byName.get('lobby') as RoomState), ...more };
}
function pendingOf(tempId: string, more: Partial<OutboxItem> = {}, confirmation: Confirmation | null = null): PendingMessage {
  return {
    item: {
      tempId, author: 'account:ann', room: 'lobby', text: `text of ${tempId}`, replyTo: null, createdAt: NOON + 100_000, order: 1, status: 'QUEUED', failure: null,
      notBefore: 0, tries: 0, revision: 1, ...more,
    },
    confirmation,
  };
}
const build = (room: RoomState, pending: readonly PendingMessage[] = []): Rows => createRowBuilder('ann').build(room, pending);
const isMessage = (row: Row): row is MessageRow => row.kind === 'message';
/** In short: what stands there. */
function outline({ rows }: Rows): string[] {
  return rows.map((row) => (row.kind === 'message' ? `${row.startsGroup ? '' : '+'}${row.text}` : row.kind === 'notice' ? `(${row.text})` : row.kind === 'day' ? 'day' : '--new--'));
}
const keys = ({ rows }: Rows): string[] => rows.map(({ key }) => key);
function withNotices(room: RoomState, ...lines: readonly (readonly [afterSeq: number, text: string, timestamp?: number])[]): RoomState {
  return { ...room, notices: lines.map(([afterSeq, text, timestamp = NOON + 5_000], i) => ({ number: i + 1, afterSeq, text, timestamp })) };
}

describe('a row', () => {
  it('tells all that a view needs of a message', () => {
    const message = messageOf(2, {
      replyTo: 'lobby-1', editedAt: NOON, reactions: [{ emoji: '👍', users: ['eve'] }], text: 'hey @ann', tempId: 't2',
      attachments: [{ id: 'u', name: 'a.png', type: 'image/png', size: 1, url: '/api/uploads/u' }],
    });
    const [, first, second] = build(roomOf([messageOf(1), message])).rows;
    expect(second).toEqual({
      kind: 'message', key: 't:t2', id: 'lobby-2', seq: 2, tempId: 't2', user: 'bob', own: false, text: 'hey @ann', time: NOON + 2_000, editedAt: NOON,
      deleted: false, reply: { id: 'lobby-1', message: messageOf(1) }, reactions: message.reactions, attachments: message.attachments, mentionsMe: true,
      startsGroup: true, delivery: { status: 'SENT' },
    });
    expect(first).toMatchObject({ key: 'm:lobby-1', own: false, reply: null, mentionsMe: false });
  });

  it('is one\'s own, and then mentions nobody', () => {
    expect(build(roomOf([messageOf(1, { user: 'ann', text: '@ann' })])).rows[1]).toMatchObject({ own: true, mentionsMe: false });
  });

  it('says that its message was deleted, or that what it answers is not loaded', () => {
    const { rows } = build(roomOf([messageOf(1, { deletedAt: NOON, text: '' }), messageOf(2, { replyTo: 'lobby-0' })]));
    expect(rows[1]).toMatchObject({ deleted: true, text: '' });
    expect(rows[2]).toMatchObject({ reply: { id: 'lobby-0', message: null } });
  });
});

describe('groups', () => {
  it('join what one author writes within five minutes', () => {
    const texts = outline(build(roomOf([
      messageOf(1), messageOf(2), messageOf(3, { user: 'eve' }), messageOf(4), messageOf(5, { timestamp: NOON + 4_000 + 5 * 60_000 }),
      messageOf(6, { timestamp: NOON + 4_000 + 10 * 60_000 + 1 }),
    ])));
    expect(texts).toEqual(['day', 'text 1', '+text 2', 'text 3', 'text 4', '+text 5', 'text 6']);
  });

  it('end at an answer, at a notice, at a new day and at the line above the news', () => {
    const room = withNotices(roomOf([messageOf(1), messageOf(2, { replyTo: 'lobby-1' }), messageOf(3), messageOf(4), messageOf(5, { timestamp: NOON + DAY })], { dividerSeq: 3 }), [2, 'eve has joined!']);
    expect(outline(build(room))).toEqual(['day', 'text 1', 'text 2', '(eve has joined!)', 'text 3', '--new--', 'text 4', 'day', 'text 5']);
  });
});

describe('days', () => {
  it('have one line each, at the local midnight', () => {
    const { rows } = build(roomOf([messageOf(1), messageOf(2, { timestamp: NOON + DAY }), messageOf(3, { timestamp: NOON + 3 * DAY })]));
    const days = rows.filter((row) => row.kind === 'day');
    expect(days).toHaveLength(3);
    for (const day of days) expect(new Date(day.time).getHours() + new Date(day.time).getMinutes()).toBe(0);
  });

  it('do not come twice when a clock was set back', () => {
    const messages = [messageOf(1), messageOf(2, { timestamp: NOON + DAY }), messageOf(3, { timestamp: NOON + 60_000 }), messageOf(4, { timestamp: NOON + DAY + 60_000 })];
    const rows = build(roomOf(messages));
    expect(outline(rows)).toEqual(['day', 'text 1', 'day', 'text 2', '+text 3', 'text 4']);
    expect(new Set(keys(rows)).size).toBe(rows.rows.length);
  });
});

describe('the line above the news', () => {
  it('stands before the first message of somebody else', () => {
    const rows = build(roomOf([messageOf(1), messageOf(2, { user: 'ann' }), messageOf(3), messageOf(4)], { dividerSeq: 1 }));
    expect(outline(rows)).toEqual(['day', 'text 1', 'text 2', '--new--', 'text 3', '+text 4']);
    expect(rows.unreadIndex).toBe(3);
  });

  it('is not there when there is nothing new', () => {
    expect(build(roomOf(messagesOf(1, 3), { dividerSeq: 3 })).unreadIndex).toBe(-1);
    expect(build(roomOf(messagesOf(1, 3))).unreadIndex).toBe(-1);
    expect(build(roomOf([])).unreadIndex).toBe(-1);
  });

  it('keeps its index while messages come and go', () => {
    const builder = createRowBuilder('ann');
    let room = roomOf(messagesOf(1, 3), { dividerSeq: 2 });
    for (let last = 4; last < 10; ++last) {
      const { rows, unreadIndex } = builder.build(room, [pendingOf('t1')]);
      expect(rows[unreadIndex]?.kind).toBe('unread');
      room = { ...room, timeline: fromSnapshot([...room.timeline.messages, messageOf(last)], last, false) };
    }
    expect(builder.build({ ...room, dividerSeq: null }, []).unreadIndex).toBe(-1);
  });
});

describe('notices', () => {
  it('stand behind the message after which they came, and before the first one too', () => {
    expect(outline(build(withNotices(roomOf([messageOf(1), messageOf(2), messageOf(5)]), [0, 'first'], [1, 'a'], [1, 'b'], [3, 'c'], [5, 'd'])))).toEqual([
      'day', '(first)', 'text 1', '(a)', '(b)', 'text 2', '(c)', 'text 5', '(d)',
    ]);
  });

  it('are all there is in an empty room', () => {
    expect(outline(build(withNotices(roomOf([]), [0, 'welcome'])))).toEqual(['day', '(welcome)']);
  });

  it('come once, also when an edit moved the log on before them', () => {
    const builder = createRowBuilder('ann');
    const room = withNotices(roomOf(messagesOf(1, 5)), [7, 'eve has joined!']);
    expect(outline(builder.build(room, []))).toHaveLength(7);
    const next = { ...room, timeline: fromSnapshot([...room.timeline.messages, messageOf(8)], 8, false) };
    expect(outline(builder.build(next, []))).toEqual(['day', 'text 1', '+text 2', '+text 3', '+text 4', '+text 5', '(eve has joined!)', 'text 8']);
  });

  it('do not pile up above a list that begins later', () => {
    const room = withNotices(roomOf(messagesOf(50, 52)), [10, 'long ago'], [50, 'here']);
    const cut = { ...room, timeline: { ...room.timeline, hasOlder: true } };
    expect(outline(build(cut))).toEqual(['day', 'text 50', '(here)', 'text 51', '+text 52']);
  });
});

describe('what is not acknowledged yet', () => {
  it('stands at the end, in order', () => {
    const rows = build(roomOf([messageOf(1), messageOf(2, { user: 'ann', timestamp: NOON + 99_000 })]), [pendingOf('a'), pendingOf('b')]);
    expect(outline(rows)).toEqual(['day', 'text 1', 'text 2', '+text of a', '+text of b']);
    expect(rows.rows.slice(-2).map((row) => row.key)).toEqual(['t:a', 't:b']);
  });

  it('says how far it is', () => {
    const delivery = (pending: PendingMessage): unknown => (build(roomOf([]), [pending]).rows.at(-1) as MessageRow).delivery;
    expect(delivery(pendingOf('a'))).toEqual({ status: 'SENDING', waitingUntil: null });
    expect(delivery(pendingOf('a', { notBefore: 5, failure: FAILURE }))).toEqual({ status: 'SENDING', waitingUntil: 5 });
    expect(delivery(pendingOf('a', { status: 'FAILED', failure: FAILURE }))).toEqual({ status: 'FAILED', failure: FAILURE });
    expect(delivery(pendingOf('a', { status: 'FAILED', failure: FAILURE }, { id: 'lobby-1', seq: 1, timestamp: NOON }))).toEqual({ status: 'SENT' });
  });

  it('knows its id as soon as the server has said it', () => {
    expect(build(roomOf([]), [pendingOf('a')]).rows.at(-1)).toMatchObject({ id: null, seq: null, own: true, user: 'ann' });
    expect(build(roomOf([]), [pendingOf('a', {}, { id: 'lobby-1', seq: 1, timestamp: NOON })]).rows.at(-1)).toMatchObject({ id: 'lobby-1', seq: 1, time: NOON });
  });

  it('opens a new day, and stays under it', () => {
    const rows = build(roomOf([messageOf(1)]), [pendingOf('a', { createdAt: NOON + DAY }), pendingOf('b', { createdAt: NOON - DAY })]);
    expect(outline(rows)).toEqual(['day', 'text 1', 'day', 'text of a', '+text of b']);
  });

  it('stands under the day of the welcome in a room that is still empty', () => {
    expect(outline(build(withNotices(roomOf([]), [0, 'ann, welcome to room lobby.']), [pendingOf('a')]))).toEqual(['day', '(ann, welcome to room lobby.)', 'text of a']);
  });

  it('shows what it answers, as that is now', () => {
    const builder = createRowBuilder('ann');
    const pending = [pendingOf('a', { replyTo: 'lobby-1' })];
    const room = roomOf([messageOf(1)]);
    expect(builder.build(room, pending).rows.at(-1)).toMatchObject({ reply: { message: { text: 'text 1' } } });
    const edited = { ...room, timeline: fromSnapshot([messageOf(1, { text: 'better', changeSeq: 2 })], 2, false) };
    expect(builder.build(edited, pending).rows.at(-1)).toMatchObject({ reply: { message: { text: 'better' } } });
  });
});

describe('rows that stay', () => {
  it('has one key from the temporary id to the real one', () => {
    const builder = createRowBuilder('ann');
    const empty = roomOf([]);
    const confirmation = { id: 'lobby-1', seq: 1, timestamp: NOON + 100_000 };
    const steps = [
      builder.build(empty, [pendingOf('a')]),
      builder.build(empty, [pendingOf('a', { notBefore: 7, revision: 2 })]),
      builder.build(empty, [pendingOf('a', {}, confirmation)]),
      builder.build(roomOf([messageOf(1, { user: 'ann', tempId: 'a', timestamp: confirmation.timestamp })]), []),
      builder.build(roomOf([messageOf(1, { user: 'ann', tempId: 'a', timestamp: confirmation.timestamp, text: 'edited', changeSeq: 2 })]), []),
    ];
    expect(new Set(steps.map((rows) => keys(rows).join())).size).toBe(1);
  });

  it('are the same objects while nothing changed, and the whole list too', () => {
    const builder = createRowBuilder('ann');
    const room = withNotices(roomOf([...messagesOf(1, 5), messageOf(6, { timestamp: NOON + DAY })], { dividerSeq: 4 }), [2, 'notice']);
    const pending = [pendingOf('a')];
    const first = builder.build(room, pending);
    const second = builder.build({ ...room, typing: new Map([['bob', 1]]) }, pending);
    expect(second.rows).toHaveLength(first.rows.length);
    second.rows.forEach((row, i) => expect(row).toBe(first.rows[i]));
    expect(builder.build(room, []).rows).toBe(builder.build({ ...room }, []).rows);
  });

  it('are the same objects when another one is edited', () => {
    const builder = createRowBuilder('ann');
    const messages = messagesOf(1, 20);
    const before = builder.build(roomOf(messages), []).rows;
    const edited = messages.map((message) => (message.seq === 8 ? messageOf(8, { text: 'better', changeSeq: 21 }) : message));
    const after = builder.build(roomOf(edited), []).rows;
    expect(after.filter((row, i) => row !== before[i]).map(({ key }) => key)).toEqual(['m:lobby-8']);
  });

  it('are the same objects, days and notices too, when an older page comes', () => {
    const builder = createRowBuilder('ann');
    const late = [messageOf(50), ...messagesOf(51, 60, { timestamp: NOON + DAY })];
    const room = withNotices({ ...roomOf(late), timeline: { ...roomOf(late).timeline, hasOlder: true } }, [55, 'notice', NOON + DAY]);
    const before = builder.build(room, []).rows;
    const paged = { ...room, timeline: fromSnapshot([...messagesOf(40, 49, { user: 'eve' }), ...late], 60, false) };
    const after = builder.build(paged, []).rows;
    // The first day line is an older one now; all else is where it was.
    expect(before.slice(1).every((row) => after.includes(row))).toBe(true);
  });

  it('are the same objects when a notice comes', () => {
    const builder = createRowBuilder('ann');
    const room = roomOf(messagesOf(1, 20));
    const before = builder.build(room, []).rows;
    const after = builder.build(withNotices(room, [20, 'eve has joined!']), []).rows;
    before.forEach((row, i) => expect(after[i]).toBe(row));
  });

  it('are made anew where what they answer has changed', () => {
    const builder = createRowBuilder('ann');
    const messages = [messageOf(1), messageOf(2, { replyTo: 'lobby-1' }), messageOf(3)];
    const before = builder.build(roomOf(messages), []).rows;
    const after = builder.build(roomOf([messageOf(1, { text: 'better', changeSeq: 4 }), ...messages.slice(1)]), []).rows;
    expect(after.map((row, i) => row === before[i])).toEqual([true, false, false, true]);
    expect(after[2]).toMatchObject({ reply: { message: { text: 'better' } } });
  });

  it('are all but one, when one message comes to ten thousand', () => {
    const builder = createRowBuilder('ann');
    const messages = messagesOf(1, 10_000);
    const before = new Set(builder.build(roomOf(messages), []).rows);
    const after = builder.build(roomOf([...messages, messageOf(10_001)]), []).rows;
    expect(after).toHaveLength(before.size + 1);
    expect(after.filter((row) => !before.has(row))).toHaveLength(1);
    // The same when it is our own, and still under way.
    const sending = builder.build(roomOf([...messages, messageOf(10_001)]), [pendingOf('a')]).rows;
    expect(sending.filter((row) => !before.has(row))).toHaveLength(2);
  });
});

// ---- A list that was built step by step is the list built at once

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
    const afresh = build(this.room, this.pending);
    expect(rows).toEqual(afresh);
    holds(new Set(keys(rows)).size === rows.rows.length, () => `each key once: ${keys(rows).join(' ')}`);
    holds(rows.rows.filter(isMessage).length === this.room.timeline.messages.length + this.pending.length, 'each message has one row');
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

describe('counting', () => {
  it('counts what is unread, and what of it speaks to us', () => {
    const room = roomOf([messageOf(1, { text: '@ann' }), messageOf(2), messageOf(3, { text: 'hey @ann' }), messageOf(4, { user: 'ann', text: '@ann' })], { readSeq: 1, phase: 'joined' });
    expect(countMentions(room, 'ann')).toEqual({ unread: 2, mentions: 1 });
  });

  it('takes the count of the server where that knows more', () => {
    expect(countMentions(roomOf([messageOf(1)], { readSeq: 0, unreadElsewhere: 40 }), 'ann').unread).toBe(40);
    expect(countMentions(roomOf([messageOf(1)], { readSeq: 0, unreadElsewhere: 40, phase: 'joined' }), 'ann').unread).toBe(1);
  });
});
