import { describe, expect, it } from 'vitest';
import type { Failure, Message } from '../protocol/types';
import { NOON, messageOf, messagesOf } from '../testing/messages';
import type { Confirmation, OutboxItem } from './outbox';
import { initialRooms, roomsReducer, type RoomState } from './rooms';
import { countMentions, createRowBuilder, type PendingMessage, type Rows } from './rows';
import { fromSnapshot } from './timeline';
import type { MessageRow } from './view';

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
