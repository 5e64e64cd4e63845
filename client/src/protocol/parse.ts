/** The one place where what came from outside is looked at with suspicion. A parser returns null for what it does not
 *  understand, takes the fields that it knows and ignores the rest: a newer server must not break an older client. */

import {
  ERROR_CODES, type Attachment, type ErrorCode, type Failure, type Member, type Message, type Notice,
  type PresenceStatus, type Reaction, type RoomInfo, type User,
} from './types';

type Fields = Readonly<Record<string, unknown>>;

export function fields(value: unknown): Fields | null {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : null;
}
export function text(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}
function filled(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}
export function count(value: unknown): number | null {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : null;
}
export function time(value: unknown): number | null {
  if (typeof value !== 'string') return null;
  const ms = Date.parse(value);
  return Number.isNaN(ms) ? null : ms;
}
export function list<T>(value: unknown, parse: (item: unknown) => T | null): T[] {
  if (!Array.isArray(value)) return [];
  const out: T[] = [];
  for (const item of value) {
    const parsed = parse(item);
    if (parsed !== null) out.push(parsed);
  }
  return out;
}

export function parseUser(value: unknown): User | null {
  const f = fields(value);
  const username = filled(f?.username);
  if (f === null || username === null) return null;
  return { username, email: filled(f.email), avatar: filled(f.avatar), createdAt: time(f.createdAt) };
}

export function parseRoomInfo(value: unknown): RoomInfo | null {
  const f = fields(value);
  const name = filled(f?.name);
  if (f === null || name === null) return null;
  return {
    name,
    description: text(f.description) ?? '',
    creator: text(f.creator) ?? '',
    isPrivate: f.isPrivate === true,
    memberCount: count(f.memberCount) ?? 0,
    createdAt: time(f.createdAt),
  };
}

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

const KNOWN_CODES: ReadonlySet<unknown> = new Set(ERROR_CODES);

/** `message`: the sentence; `detail`: the object with `code`, wherever it stood. */
export function parseFailure(message: unknown, detail: unknown): Failure {
  const f = fields(detail);
  return {
    code: KNOWN_CODES.has(f?.code) ? (f?.code as ErrorCode) : 'INTERNAL',
    message: filled(message) ?? 'Something went wrong on the server.',
    field: filled(f?.field),
    retryAfterMs: count(f?.retryAfterMs),
  };
}
