/** What views see: immutable snapshots and the actions that they may ask for. The hooks hand these out; the runtime
 *  implements them; a test of a view makes its own. */

import type { Attachment, Failure, Message, PresenceStatus, Reaction, Result, RoomInfo, User } from '../protocol/types';

/** A value that changes: for useSyncExternalStore. `get` returns the same object until something changed. */
export interface Store<T> {
  readonly get: () => T;
  readonly subscribe: (changed: () => void) => () => void;
}

// ---- Who one is

export type Identity =
  | { readonly kind: 'account'; readonly user: User; readonly token: string }
  | { readonly kind: 'guest'; readonly name: string };

export const nameOf = (identity: Identity): string => (identity.kind === 'account' ? identity.user.username : identity.name);

export interface SessionActions {
  readonly signIn: (username: string, password: string) => Promise<Result<Identity>>;
  readonly register: (form: { username: string; email: string; password: string }) => Promise<Result<Identity>>;
  readonly continueAsGuest: (name: string) => Promise<Result<Identity>>;
  readonly signOut: () => Promise<void>;
  readonly listRooms: () => Promise<Result<readonly RoomInfo[]>>;
  readonly createRoom: (form: { name: string; description: string; isPrivate: boolean; password: string }) => Promise<Result<RoomInfo>>;
  /** Makes an account a member of a private room; for a guest it keeps the password for this tab's `join`. */
  readonly unlockRoom: (room: string, password: string) => Promise<Result<null>>;
}

// ---- The connection

export type ConnectionState =
  | { readonly status: 'DISCONNECTED'; readonly reason: 'start' | 'signed-out' | 'auth-failed' }
  | { readonly status: 'CONNECTING'; readonly attempt: number }
  | { readonly status: 'CONNECTED'; readonly since: number }
  /** Waiting until `retryAt` (epoch ms; null while an attempt is under way), or, when `offline`, for the network. */
  | { readonly status: 'RECONNECTING'; readonly attempt: number; readonly maxAttempts: number; readonly retryAt: number | null; readonly offline: boolean; readonly since: number }
  | { readonly status: 'FAILED'; readonly attempts: number; readonly maxAttempts: number };

// ---- A room

export type Delivery =
  | { readonly status: 'SENDING'; readonly waitingUntil: number | null }
  | { readonly status: 'SENT' }
  | { readonly status: 'FAILED'; readonly failure: Failure };

/** One row of the message list. `key` stays the same from the temporary id to the real one. */
export type Row =
  | MessageRow
  | { readonly kind: 'day'; readonly key: string; readonly time: number }
  | { readonly kind: 'unread'; readonly key: string }
  | { readonly kind: 'notice'; readonly key: string; readonly text: string; readonly time: number };

export interface MessageRow {
  readonly kind: 'message';
  readonly key: string;
  /** null until the server has confirmed it. */
  readonly id: string | null;
  readonly seq: number | null;
  readonly tempId: string | null;
  readonly user: string;
  readonly own: boolean;
  readonly text: string;
  readonly time: number;
  readonly editedAt: number | null;
  readonly deleted: boolean;
  /** The message that it answers: null if it answers none; `message` is null when that one is not loaded. */
  readonly reply: { readonly id: string; readonly message: Message | null } | null;
  readonly reactions: readonly Reaction[];
  readonly attachments: readonly Attachment[];
  readonly mentionsMe: boolean;
  /** False for the second and later messages of one author within five minutes: no avatar, no name. */
  readonly startsGroup: boolean;
  readonly delivery: Delivery;
}

export interface MemberView {
  readonly name: string;
  readonly status: PresenceStatus;
  readonly statusText: string | null;
}

export interface RoomView {
  readonly name: string;
  readonly info: RoomInfo | null;
  /** `cached`: shown from this device's memory while there is no connection. */
  readonly phase: 'joining' | 'joined' | 'cached' | 'refused' | 'kicked';
  /** Why, while `refused`; for ROOM_PASSWORD_REQUIRED and ROOM_PASSWORD_WRONG show the password dialog. */
  readonly refusal: Failure | null;
  readonly kickedReason: string | null;
  readonly rows: readonly Row[];
  /** Index in `rows` of the 'unread' divider, or -1. */
  readonly unreadIndex: number;
  readonly hasOlder: boolean;
  readonly loadingOlder: boolean;
  /** At most 500; `memberTotal` counts all. */
  readonly members: readonly MemberView[];
  readonly memberTotal: number;
  /** Without oneself. */
  readonly typing: readonly string[];
  readonly lastSeq: number;
  readonly readSeq: number;
  readonly unread: number;
  readonly mentions: number;
}

/** A line of the sidebar. */
export interface RoomSummary {
  readonly name: string;
  readonly isPrivate: boolean;
  readonly unread: number;
  readonly mentions: number;
  readonly phase: RoomView['phase'];
}

export interface ChatActions {
  readonly retryConnection: () => void;
  /** Joins it if one is not in it, and shows it. `password` for a private room. */
  readonly openRoom: (room: string, password?: string) => void;
  /** No room is looked at: new messages count as unread everywhere. */
  readonly closeRoom: () => void;
  readonly leaveRoom: (room: string) => void;
  readonly loadOlder: (room: string) => void;
  /** Everything up to here was seen. Call it when the newest row is on screen and the window has the focus, or on Esc. */
  readonly markRead: (room: string) => void;
  /** Puts the row into the list at once; returns its temporary id, or null for a text that is empty or too long. */
  readonly send: (room: string, text: string, options?: { replyTo?: string }) => string | null;
  readonly retry: (tempId: string) => void;
  readonly discard: (tempId: string) => void;
  readonly edit: (id: string, text: string) => Promise<Result<null>>;
  readonly remove: (id: string) => Promise<Result<null>>;
  readonly react: (id: string, emoji: string, on: boolean) => Promise<Result<null>>;
  /** Call it on each key; it tells the server no more often than needed. */
  readonly typing: (room: string) => void;
  readonly stopTyping: (room: string) => void;
  readonly setStatus: (status: 'online' | 'away' | 'busy') => void;
}

/** All that the chat's views see. A room that did not change is the same object as before. */
export interface ChatView {
  readonly connection: ConnectionState;
  /** In the order in which they were entered. */
  readonly summaries: readonly RoomSummary[];
  readonly rooms: Readonly<Record<string, RoomView>>;
}

export interface Chat {
  readonly store: Store<ChatView>;
  readonly actions: ChatActions;
}

/** What the server allows; until it has answered, what it usually does. */
export interface ServerConfig {
  readonly guestAccess: boolean;
  /** code points */
  readonly maxMessageLength: number;
}

// ---- Preferences: of this device, not of the account

export interface Preferences {
  readonly theme: 'system' | 'light' | 'dark';
  /** BCP 47, one of i18n's languages; null: the browser's. */
  readonly language: string | null;
  readonly sounds: boolean;
  readonly notifications: boolean;
}
