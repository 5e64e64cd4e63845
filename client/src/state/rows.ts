/** From a room's log, its notices and its outbox to the rows of the message list.
 *
 *  A row that did not change stays the same object, so that only new rows are rendered; and its key stays the same
 *  from the temporary id to the real one, so that no row is made anew when the server confirms it. */

import type { Message } from '../protocol/types';
import { mentions } from './mentions';
import type { Confirmation, OutboxItem } from './outbox';
import { unreadMessages, type NoticeLine, type RoomState } from './rooms';
import type { Delivery, MessageRow, Row } from './view';

const GROUP_MS = 5 * 60_000;
const SENT: Delivery = { status: 'SENT' };
const SENDING: Delivery = { status: 'SENDING', waitingUntil: null };
const UNREAD: Row = { kind: 'unread', key: 'unread' };

export interface PendingMessage {
  readonly item: OutboxItem;
  readonly confirmation: Confirmation | null;
}

export interface Rows {
  readonly rows: readonly Row[];
  /** Index of the 'unread' row, or -1. */
  readonly unreadIndex: number;
}

export interface RowBuilder {
  readonly build: (room: RoomState, pending: readonly PendingMessage[]) => Rows;
}

/** What the row before says to the next one. */
interface Before {
  user: string | null;
  time: number;
  /** The local day [dayStart, dayEnd) of the last row; both 0 at the beginning. */
  dayStart: number;
  dayEnd: number;
}

const NOTHING: Before = { user: null, time: 0, dayStart: 0, dayEnd: 0 };

function dayOf(time: number): { start: number; end: number } {
  const start = new Date(time);
  start.setHours(0, 0, 0, 0);
  const end = new Date(start);
  end.setDate(end.getDate() + 1);
  return { start: start.getTime(), end: end.getTime() };
}

export const messageKey = (message: Message): string => (message.tempId === null ? `m:${message.id}` : `t:${message.tempId}`);

/** One for each room; it remembers what it built last. */
export function createRowBuilder(me: string): RowBuilder {
  const made = new WeakMap<Message, MessageRow>();
  const madeNotices = new WeakMap<NoticeLine, Row>();
  const madeDays = new Map<number, Row>();
  const madePending = new Map<string, { readonly pending: PendingMessage; readonly row: MessageRow }>();
  let lastMessages: readonly Message[] = [];
  let lastNotices: readonly NoticeLine[] = [];
  let lastDivider: number | null = null;
  let lastHasOlder = false;
  let logRows: Row[] = [];
  /** For each message: how many rows there are up to it, and what it says to the next. */
  let ends: number[] = [];
  let befores: Before[] = [];
  /** What the last row of the log says to the first one that is still under way. */
  let tail: Before = NOTHING;
  let unreadIndex = -1;

  function dayRow(start: number): Row {
    let row = madeDays.get(start);
    if (row === undefined) madeDays.set(start, (row = { kind: 'day', key: `d:${start}`, time: start }));
    return row;
  }
  function noticeRow(line: NoticeLine): Row {
    let row = madeNotices.get(line);
    if (row === undefined) madeNotices.set(line, (row = { kind: 'notice', key: `n:${line.number}`, text: line.text, time: line.timestamp }));
    return row;
  }

  function rowOf(message: Message, startsGroup: boolean, byId: () => ReadonlyMap<string, Message>): MessageRow {
    const replied = message.replyTo === null ? null : (byId().get(message.replyTo) ?? null);
    const old = made.get(message);
    if (old !== undefined && old.startsGroup === startsGroup && (old.reply?.message ?? null) === replied) return old;
    const row: MessageRow = {
      kind: 'message', key: messageKey(message), id: message.id, seq: message.seq, tempId: message.tempId,
      user: message.user, own: message.user === me, text: message.text, time: message.timestamp,
      editedAt: message.editedAt, deleted: message.deletedAt !== null,
      reply: message.replyTo === null ? null : { id: message.replyTo, message: replied },
      reactions: message.reactions, attachments: message.attachments,
      mentionsMe: message.user !== me && mentions(message.text, me), startsGroup, delivery: SENT,
    };
    made.set(message, row);
    return row;
  }

  function buildLog(room: RoomState): void {
    const { messages } = room.timeline;
    const { hasOlder } = room.timeline;
    let same = 0;
    if (room.notices === lastNotices && room.dividerSeq === lastDivider && hasOlder === lastHasOlder) {
      const most = Math.min(messages.length, lastMessages.length);
      while (same < most && messages[same] === lastMessages[same]) ++same;
      if (same === messages.length && same === lastMessages.length) return;
      // Which notices stand behind a message depends on the one that follows it: the last common one is done again.
      same = Math.max(0, same - 1);
    }
    const byId = lazyIndex(messages);
    const rows = logRows.slice(0, same === 0 ? 0 : ends[same - 1]);
    const nextEnds = ends.slice(0, same);
    const nextBefores = befores.slice(0, same);
    const before: Before = { ...(befores[same - 1] ?? NOTHING) };
    if (same === 0 || unreadIndex >= rows.length) unreadIndex = -1;
    // Earlier notices were built with what they stand behind. Those before the first message here come with older pages.
    const from = messages[same]?.seq ?? 0;
    let notice = same === 0 && !hasOlder ? 0 : room.notices.findIndex((line) => line.afterSeq >= from);
    if (notice < 0) notice = room.notices.length;

    const day = (time: number): void => {
      // Only forward: a clock that was set back must not make a second line for the same day.
      if (time < before.dayEnd) return;
      const { start, end } = dayOf(time);
      before.dayStart = start;
      before.dayEnd = end;
      before.user = null;
      rows.push(dayRow(start));
    };
    const takeNotices = (upTo: number): void => {
      for (let line = room.notices[notice]; line !== undefined && line.afterSeq <= upTo; line = room.notices[++notice]) {
        day(line.timestamp);
        before.user = null;
        rows.push(noticeRow(line));
      }
    };

    for (let i = same; i < messages.length; ++i) {
      const message = messages[i] as Message;
      if (i === 0) takeNotices(message.seq - 1);
      day(message.timestamp);
      if (room.dividerSeq !== null && message.seq > room.dividerSeq && unreadIndex < 0 && message.user !== me) {
        unreadIndex = rows.length;
        before.user = null;
        rows.push(UNREAD);
      }
      const startsGroup = before.user !== message.user || message.timestamp - before.time > GROUP_MS || message.replyTo !== null;
      rows.push(rowOf(message, startsGroup, byId));
      before.user = message.user;
      before.time = message.timestamp;
      takeNotices(i + 1 < messages.length ? (messages[i + 1] as Message).seq - 1 : Infinity);
      nextEnds.push(rows.length);
      nextBefores.push({ ...before });
    }
    if (messages.length === 0) takeNotices(Infinity);
    lastMessages = messages;
    lastNotices = room.notices;
    lastDivider = room.dividerSeq;
    lastHasOlder = hasOlder;
    logRows = rows;
    ends = nextEnds;
    befores = nextBefores;
    tail = before;
  }

  function pendingRow(pending: PendingMessage, startsGroup: boolean, byId: () => ReadonlyMap<string, Message>): MessageRow {
    const { item, confirmation } = pending;
    const replied = item.replyTo === null ? null : (byId().get(item.replyTo) ?? null);
    const old = madePending.get(item.tempId);
    if (old !== undefined && old.pending.item === item && old.pending.confirmation === confirmation &&
      old.row.startsGroup === startsGroup && (old.row.reply?.message ?? null) === replied) return old.row;
    const delivery: Delivery =
      confirmation !== null ? SENT
      : item.status === 'FAILED' && item.failure !== null ? { status: 'FAILED', failure: item.failure }
      : item.notBefore > 0 ? { status: 'SENDING', waitingUntil: item.notBefore }
      : SENDING;
    const row: MessageRow = {
      kind: 'message', key: `t:${item.tempId}`, id: confirmation?.id ?? null, seq: confirmation?.seq ?? null, tempId: item.tempId,
      user: me, own: true, text: item.text, time: confirmation?.timestamp ?? item.createdAt, editedAt: null, deleted: false,
      reply: item.replyTo === null ? null : { id: item.replyTo, message: replied },
      reactions: [], attachments: [], mentionsMe: false, startsGroup, delivery,
    };
    madePending.set(item.tempId, { pending, row });
    return row;
  }

  return {
    build(room, pending) {
      buildLog(room);
      if (pending.length === 0) {
        madePending.clear();
        return { rows: logRows, unreadIndex };
      }
      const byId = lazyIndex(room.timeline.messages);
      const rows = logRows.slice();
      const before: Before = { ...tail };
      const present = new Set<string>();
      for (const one of pending) {
        present.add(one.item.tempId);
        const time = one.confirmation?.timestamp ?? one.item.createdAt;
        // Written offline yesterday and still here: it stands at the end, under the day of what stands before it.
        if (time >= before.dayEnd) {
          const { start, end } = dayOf(time);
          Object.assign(before, { dayStart: start, dayEnd: end, user: null });
          rows.push(dayRow(start));
        }
        const startsGroup = before.user !== me || time - before.time > GROUP_MS || one.item.replyTo !== null;
        rows.push(pendingRow(one, startsGroup, byId));
        before.user = me;
        before.time = time;
      }
      for (const tempId of madePending.keys()) if (!present.has(tempId)) madePending.delete(tempId);
      return { rows, unreadIndex };
    },
  };
}

function lazyIndex(messages: readonly Message[]): () => ReadonlyMap<string, Message> {
  let index: Map<string, Message> | null = null;
  return () => (index ??= new Map(messages.map((message) => [message.id, message])));
}

export function countMentions(room: RoomState, me: string): { unread: number; mentions: number } {
  const unread = unreadMessages(room, me);
  let mentioned = 0;
  for (const message of unread) if (mentions(message.text, me)) ++mentioned;
  return { unread: Math.max(unread.length, room.phase === 'joined' ? 0 : room.unreadElsewhere), mentions: mentioned };
}
