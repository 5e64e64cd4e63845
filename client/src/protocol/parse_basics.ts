/** The parts of parse.ts that the entrance needs; a file of its own, so that it does not carry the rest. */

import { ERROR_CODES, type ErrorCode, type Failure, type RoomInfo, type User } from './types';

type Fields = Readonly<Record<string, unknown>>;

export function fields(value: unknown): Fields | null {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : null;
}
export function text(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}
export function filled(value: unknown): string | null {
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
