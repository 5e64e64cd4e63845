/** What travels between client and server, after validation (see parse.ts). Times are ISO 8601 UTC on the wire and epoch
 *  milliseconds here. Source: docs/protocol.md. */

export interface User {
  readonly username: string;
  readonly email: string | null;
  readonly avatar: string | null;
  readonly createdAt: number | null;
}

export interface RoomInfo {
  readonly name: string;
  readonly description: string;
  readonly creator: string;
  readonly isPrivate: boolean;
  readonly memberCount: number;
  readonly createdAt: number | null;
}

export interface Reaction {
  readonly emoji: string;
  readonly users: readonly string[];
}

export interface Attachment {
  readonly id: string;
  readonly name: string;
  readonly type: string;
  /** bytes */
  readonly size: number;
  readonly url: string;
}

/** A message as the room log keeps it. */
export interface Message {
  readonly id: string;
  readonly room: string;
  /** The room's seq that created it: its place in the order. */
  readonly seq: number;
  /** The room's seq of its last change; equals `seq` while it was never changed. */
  readonly changeSeq: number;
  readonly user: string;
  readonly text: string;
  readonly timestamp: number;
  readonly editedAt: number | null;
  readonly deletedAt: number | null;
  readonly replyTo: string | null;
  readonly threadRoot: string | null;
  readonly reactions: readonly Reaction[];
  readonly attachments: readonly Attachment[];
  /** Only on one's own messages. */
  readonly tempId: string | null;
}

/** What `admin` says to a room: not in the log, no id, never fetched again. */
export interface Notice {
  readonly room: string | null;
  readonly text: string;
  readonly timestamp: number;
}

export interface Member {
  readonly id: string;
  readonly name: string;
}

export type PresenceStatus = 'online' | 'away' | 'busy' | 'offline';

export const ERROR_CODES = [
  'AUTH_FAILED', 'AUTH_REQUIRED', 'FORBIDDEN', 'ROOM_NOT_FOUND', 'ROOM_PASSWORD_REQUIRED', 'ROOM_PASSWORD_WRONG',
  'NAME_TAKEN', 'NOT_IN_ROOM', 'BANNED', 'MUTED', 'MESSAGE_EMPTY', 'MESSAGE_TOO_LONG', 'MESSAGE_NOT_FOUND',
  'RATE_LIMITED', 'INVALID_PAYLOAD', 'UNAVAILABLE', 'INTERNAL',
] as const;
export type ErrorCode = (typeof ERROR_CODES)[number];

/** A refusal of the server, or NETWORK: no answer came, so nothing is known about what happened. */
export interface Failure {
  readonly code: ErrorCode | 'NETWORK';
  /** One sentence of the server, in English. Shown only where there is no translation for the code. */
  readonly message: string;
  readonly field: string | null;
  readonly retryAfterMs: number | null;
}

export type Result<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly failure: Failure };
export const ok = <T>(value: T): Result<T> => ({ ok: true, value });
export const failed = (failure: Failure): Result<never> => ({ ok: false, failure });
