/** Messages as the rest of the client has them, for tests that do not care how they came. */

import type { Message } from '../protocol/types';

/** 2026-11-23, noon UTC: far from midnight in most of the world. */
export const NOON = Date.UTC(2026, 10, 23, 12);

export function messageOf(seq: number, more: Partial<Message> = {}): Message {
  const room = more.room ?? 'lobby';
  return {
    id: `${room}-${seq}`, room, seq, changeSeq: seq, user: 'bob', text: `text ${seq}`, timestamp: NOON + seq * 1_000, editedAt: null, deletedAt: null,
    replyTo: null, threadRoot: null, reactions: [], attachments: [], tempId: null, ...more,
  };
}

export function messagesOf(first: number, last: number, more: Partial<Message> = {}): Message[] {
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => messageOf(first + i, more));
}
