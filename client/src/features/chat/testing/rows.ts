/** Rows and rooms for tests: whole ones, of which a test says what matters to it. */

import type { Message } from '../../../protocol/types';
import type { MessageRow, RoomView } from '../../../state/view';

export const NOON = Date.parse('2026-11-23T12:00:00Z');

export function messageRow(change: Partial<MessageRow> = {}): MessageRow {
  const seq = change.seq === undefined ? 1 : change.seq;
  return {
    kind: 'message', key: `m${seq ?? change.tempId ?? ''}`, id: seq === null ? null : `tea-${seq}`, seq, tempId: null, user: 'ben', own: false, text: `message ${seq ?? ''}`,
    time: NOON + (seq ?? 0) * 1_000, editedAt: null, deleted: false, reply: null, reactions: [], attachments: [], mentionsMe: false, startsGroup: true,
    delivery: { status: 'SENT' }, ...change,
  };
}

export function message(change: Partial<Message> = {}): Message {
  const seq = change.seq ?? 1;
  return {
    id: `tea-${seq}`, room: 'tea', seq, changeSeq: seq, user: 'ben', text: `message ${seq}`, timestamp: NOON, editedAt: null, deletedAt: null,
    replyTo: null, threadRoot: null, reactions: [], attachments: [], tempId: null, ...change,
  };
}

export function roomView(change: Partial<RoomView> = {}): RoomView {
  return {
    name: 'tea', info: { name: 'tea', description: 'All about tea', creator: 'carla', isPrivate: false, memberCount: 2, createdAt: NOON }, phase: 'joined', refusal: null,
    kickedReason: null, rows: [], unreadIndex: -1, hasOlder: false, loadingOlder: false,
    members: [{ name: 'ana', status: 'online', statusText: null }, { name: 'ben', status: 'away', statusText: null }], memberTotal: 2, typing: [], lastSeq: 0, readSeq: 0,
    unread: 0, mentions: 0, ...change,
  };
}
