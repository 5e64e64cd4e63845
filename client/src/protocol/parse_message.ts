/** The parts of parse.ts that are about rooms from the inside: messages and people. */

import { count, fields, filled, list, text, time } from './parse_basics';
import type { Attachment, Member, Message, Notice, PresenceStatus, Reaction } from './types';

function parseReaction(value: unknown): Reaction | null {
  const f = fields(value);
  const emoji = filled(f?.emoji);
  if (f === null || emoji === null) return null;
  const users = list(f.users, filled);
  return users.length > 0 ? { emoji, users } : null;
}
export function parseReactions(value: unknown): readonly Reaction[] {
  return Array.isArray(value) && value.length > 0 ? list(value, parseReaction) : NO_REACTIONS;
}

function parseAttachment(value: unknown): Attachment | null {
  const f = fields(value);
  const id = filled(f?.id);
  const url = filled(f?.url);
  // Only files of this very server: a message must not make its readers call elsewhere. Browsers take a backslash for a
  // slash and drop tabs and line feeds, so `/\evil.example` and `/<tab>/evil.example` would lead away as well.
  if (f === null || id === null || url === null || !/^\/(?![/\\])[^\s\\]*$/.test(url)) return null;
  return { id, url, name: text(f.name) ?? id, type: text(f.type) ?? 'application/octet-stream', size: count(f.size) ?? 0 };
}

// Shared, so that ten thousand messages without any do not hold ten thousand empty arrays.
const NO_REACTIONS: readonly Reaction[] = [];
const NO_ATTACHMENTS: readonly Attachment[] = [];

export function parseMessage(value: unknown): Message | null {
  const f = fields(value);
  if (f === null) return null;
  const id = filled(f.id);
  const room = filled(f.room);
  const user = filled(f.user);
  const seq = count(f.seq);
  const body = text(f.text);
  const timestamp = time(f.timestamp);
  if (id === null || room === null || user === null || seq === null || seq === 0 || body === null || timestamp === null) return null;
  return {
    id, room, seq, user, text: body, timestamp,
    changeSeq: Math.max(seq, count(f.changeSeq) ?? seq),
    editedAt: time(f.editedAt),
    deletedAt: time(f.deletedAt),
    replyTo: filled(f.replyTo),
    threadRoot: filled(f.threadRoot),
    reactions: parseReactions(f.reactions),
    attachments: Array.isArray(f.attachments) && f.attachments.length > 0 ? list(f.attachments, parseAttachment) : NO_ATTACHMENTS,
    tempId: filled(f.tempId),
  };
}

/** A `message` event without an id: said by `admin`. */
export function parseNotice(value: unknown): Notice | null {
  const f = fields(value);
  if (f === null || f.id !== undefined || f.user !== 'admin') return null;
  const body = filled(f.text);
  if (body === null) return null;
  return { room: filled(f.room), text: body, timestamp: time(f.timestamp) ?? Date.now() };
}

export function parseMember(value: unknown): Member | null {
  const f = fields(value);
  const name = filled(f?.name);
  return f === null || name === null ? null : { id: text(f.id) ?? name, name };
}

export function parsePresence(value: unknown): PresenceStatus | null {
  return value === 'online' || value === 'away' || value === 'busy' || value === 'offline' ? value : null;
}
