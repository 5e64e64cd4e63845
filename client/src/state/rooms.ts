/** The rooms that one is in: what the server tells of them, what was read, and what the runtime is to do about it.
 *  Pure. Messages that are not acknowledged yet are the outbox's. */

import type { ServerEvent } from '../protocol/events';
import type { Failure, Member, Message, PresenceStatus, RoomInfo } from '../protocol/types';
import { mentions } from './mentions';
import {
  EMPTY_TIMELINE, applyChange, applyChanges, applyMessage, applyOwnChange, fromSnapshot, hasHole, newest, prependPage, type Timeline,
} from './timeline';

export type RoomPhase = 'joining' | 'joined' | 'cached' | 'refused' | 'kicked';

export interface NoticeLine {
  /** Grows; unique in the room. */
  readonly number: number;
  /** It stands behind the message with this seq. */
  readonly afterSeq: number;
  readonly text: string;
  readonly timestamp: number;
}

export interface Status {
  readonly status: PresenceStatus;
  readonly text: string | null;
}

export interface RoomState {
  readonly name: string;
  readonly info: RoomInfo | null;
  readonly phase: RoomPhase;
  readonly refusal: Failure | null;
  readonly kickedReason: string | null;
  readonly timeline: Timeline;
  readonly loadingOlder: boolean;
  /** What is missing has been asked for: a history after `join`, or a `sync`. */
  readonly syncing: boolean;
  /** `sync` has brought a part only: messages up to `lastSeq` are missing that changed later. */
  readonly partial: boolean;
  readonly notices: readonly NoticeLine[];
  readonly members: readonly Member[];
  readonly memberTotal: number;
  readonly statuses: ReadonlyMap<string, Status>;
  /** Who types, and until when that is believed (epoch ms). */
  readonly typing: ReadonlyMap<string, number>;
  /** null until something said where reading stands. */
  readonly readSeq: number | null;
  /** The "new messages" line stands behind this seq; null: there is none. */
  readonly dividerSeq: number | null;
  /** What the server counted while one was not in the room. */
  readonly unreadElsewhere: number;
}

export interface Rooms {
  readonly me: string;
  /** A Map, because people may call a room `constructor` or `__proto__`. */
  readonly byName: ReadonlyMap<string, RoomState>;
  /** In the order in which they were entered. */
  readonly order: readonly string[];
  readonly current: string | null;
  /** Whether the window has the focus: what arrives is only seen then. */
  readonly focused: boolean;
}

export type RoomsEvent =
  | { readonly type: 'entered'; readonly room: string; readonly cached: CachedRoom | null }
  | { readonly type: 'left'; readonly room: string }
  | { readonly type: 'joining'; readonly room: string }
  /** The server's history of it, or what changed since we were there, comes right behind it. */
  | { readonly type: 'joined'; readonly room: string }
  | { readonly type: 'refused'; readonly room: string; readonly failure: Failure }
  | { readonly type: 'connection-lost' }
  | { readonly type: 'server'; readonly event: ServerEvent; readonly at: number }
  | { readonly type: 'synced'; readonly room: string; readonly changes: readonly Message[]; readonly seq: number; readonly hasMore: boolean }
  | { readonly type: 'load-older'; readonly room: string }
  | { readonly type: 'older'; readonly room: string; readonly before: number; readonly messages: readonly Message[]; readonly hasMore: boolean }
  | { readonly type: 'older-failed'; readonly room: string }
  | { readonly type: 'own-changed'; readonly message: Message }
  | { readonly type: 'opened'; readonly room: string }
  | { readonly type: 'closed' }
  | { readonly type: 'focus'; readonly on: boolean }
  | { readonly type: 'read'; readonly room: string }
  | { readonly type: 'sent'; readonly room: string }
  | { readonly type: 'read-elsewhere'; readonly room: string; readonly seq: number }
  | { readonly type: 'info'; readonly infos: readonly RoomInfo[] }
  | { readonly type: 'tick'; readonly at: number };

export type RoomsEffect =
  | { readonly type: 'sync'; readonly room: string; readonly lastSeq: number }
  | { readonly type: 'load'; readonly room: string; readonly before: number }
  | { readonly type: 'mark-read'; readonly room: string; readonly seq: number }
  /** Somebody else wrote, and nobody saw it. */
  | { readonly type: 'notify'; readonly message: Message; readonly mention: boolean }
  /** The log of the room moved on, with these of our own messages. Everything up to `seq` is there. */
  | { readonly type: 'logged'; readonly room: string; readonly seq: number; readonly own: readonly Message[] };

export type RoomsStep = readonly [Rooms, readonly RoomsEffect[]];

/** What the device keeps of a room, so that it is there without a connection. */
export interface CachedRoom {
  readonly messages: readonly Message[];
  readonly lastSeq: number;
  readonly hasOlder: boolean;
  readonly readSeq: number | null;
  readonly info: RoomInfo | null;
}

const TYPING_MS = 6_000;
const MAX_NOTICES = 50;
// A tab that stays open for weeks must not grow for ever: while one reads at the newest end, the oldest go.
export const KEEP_MESSAGES = 1_000;
const TRIM_ABOVE = 1_500;

const NO_EFFECTS: readonly RoomsEffect[] = [];

export function initialRooms(me: string): Rooms {
  return { me, byName: new Map(), order: [], current: null, focused: true };
}

function newRoom(name: string, cached: CachedRoom | null): RoomState {
  return {
    name,
    info: cached?.info ?? null,
    phase: cached === null ? 'joining' : 'cached',
    refusal: null,
    kickedReason: null,
    timeline: cached === null ? EMPTY_TIMELINE : fromSnapshot(cached.messages, cached.lastSeq, cached.hasOlder),
    loadingOlder: false,
    syncing: false,
    partial: false,
    notices: [],
    members: [],
    memberTotal: 0,
    statuses: new Map(),
    typing: new Map(),
    readSeq: cached?.readSeq ?? null,
    dividerSeq: null,
    unreadElsewhere: 0,
  };
}

function put(state: Rooms, room: RoomState): Rooms {
  return { ...state, byName: new Map(state.byName).set(room.name, room) };
}

/** Messages of others that were not read: exact as far back as the list goes. */
export function unreadMessages(room: RoomState, me: string): readonly Message[] {
  if (room.readSeq === null) return [];
  const out: Message[] = [];
  for (let i = room.timeline.messages.length - 1; i >= 0; --i) {
    const message = room.timeline.messages[i] as Message;
    if (message.seq <= room.readSeq) break;
    if (message.user !== me && message.deletedAt === null) out.push(message);
  }
  return out;
}

/** Whether what arrives in the room now is seen by the person. */
function watched(state: Rooms, room: RoomState): boolean {
  return state.focused && state.current === room.name;
}

/** Those that came out of our own outbox. */
export function ownMessages(messages: readonly Message[]): readonly Message[] {
  return messages.filter((message) => message.tempId !== null);
}

/** After its timeline changed: fills a hole and tells the outbox. `fresh`: what the log has brought. */
function moved(state: Rooms, room: RoomState, fresh: readonly Message[], before: readonly RoomsEffect[] = []): RoomsStep {
  const effects = before.slice();
  let next = room;
  if (hasHole(next.timeline) && next.phase === 'joined' && !next.syncing) {
    effects.push({ type: 'sync', room: next.name, lastSeq: next.timeline.lastSeq });
    next = { ...next, syncing: true };
  }
  effects.push({ type: 'logged', room: next.name, seq: next.partial ? 0 : next.timeline.lastSeq, own: ownMessages(fresh) });
  return [put(state, next), effects];
}

/** Puts the "new messages" line where reading stood. One that is there stays while there is something unread behind it. */
function divided(state: Rooms, before: RoomState, next: RoomState): RoomState {
  const caughtUp = before.readSeq !== null && before.readSeq >= before.timeline.lastSeq;
  if (state.current !== next.name || (before.dividerSeq !== null && !caughtUp)) return next;
  return unreadMessages(next, state.me).length > 0 ? { ...next, dividerSeq: next.readSeq } : next;
}

function trimmed(state: Rooms, room: RoomState): RoomState {
  if (room.timeline.messages.length <= TRIM_ABOVE || room.loadingOlder) return room;
  // Somebody who scrolled up reads what would go.
  const lastTwo = room.timeline.messages.at(-2);
  const atEnd = room.readSeq !== null && lastTwo !== undefined && room.readSeq >= lastTwo.seq;
  return state.current !== room.name || atEnd ? { ...room, timeline: newest(room.timeline, KEEP_MESSAGES) } : room;
}

function onMessage(state: Rooms, room: RoomState, message: Message): RoomsStep {
  const timeline = applyMessage(room.timeline, message);
  if (timeline === room.timeline) return [state, NO_EFFECTS];
  const effects: RoomsEffect[] = [];
  const typing = room.typing.has(message.user) ? new Map(room.typing) : room.typing;
  if (typing !== room.typing) (typing as Map<string, number>).delete(message.user);
  let next: RoomState = { ...room, timeline, typing };
  const applied = timeline.lastSeq > room.timeline.lastSeq;
  if (applied && message.user !== state.me && !watched(state, room)) {
    effects.push({ type: 'notify', message, mention: mentions(message.text, state.me) });
    next = divided(state, room, next);
  }
  next = trimmed(state, next);
  // One behind a hole is not in the log yet: its row stays with the outbox until `sync` has brought it.
  return moved(state, next, message.seq <= timeline.lastSeq ? [message] : [], effects);
}

function onServer(state: Rooms, event: ServerEvent, at: number): RoomsStep {
  if (event.type === 'shutdown') return [state, NO_EFFECTS];
  if (event.type === 'roomUpdated') {
    const room = state.byName.get(event.room.name);
    return room === undefined ? [state, NO_EFFECTS] : [put(state, { ...room, info: event.room }), NO_EFFECTS];
  }
  const name = event.type === 'message' ? event.message.room : event.type === 'notice' ? event.notice.room ?? state.current : event.room;
  const room = name === null ? undefined : state.byName.get(name);
  if (room === undefined) return [state, NO_EFFECTS];
  switch (event.type) {
    case 'message':
      return onMessage(state, room, event.message);
    case 'history':
      return onHistory(state, room, event.messages, event.seq, event.hasMore);
    case 'changed': {
      const timeline = applyChange(room.timeline, event.seq, event.id, event.message, event.change);
      return timeline === room.timeline ? [state, NO_EFFECTS] : moved(state, { ...room, timeline }, []);
    }
    case 'notice': {
      const line: NoticeLine = {
        number: (room.notices.at(-1)?.number ?? 0) + 1, afterSeq: room.timeline.lastSeq, text: event.notice.text, timestamp: event.notice.timestamp,
      };
      return [put(state, { ...room, notices: [...room.notices, line].slice(-MAX_NOTICES) }), NO_EFFECTS];
    }
    case 'members':
      return [put(state, { ...room, members: event.members, memberTotal: event.total }), NO_EFFECTS];
    case 'typing': {
      if (event.user === state.me || (!event.on && !room.typing.has(event.user))) return [state, NO_EFFECTS];
      const typing = new Map(room.typing);
      if (event.on) typing.set(event.user, at + TYPING_MS);
      else typing.delete(event.user);
      return [put(state, { ...room, typing }), NO_EFFECTS];
    }
    case 'presence': {
      const statuses = new Map(room.statuses);
      if (event.status === 'offline') statuses.delete(event.user);
      else statuses.set(event.user, { status: event.status, text: event.text });
      return [put(state, { ...room, statuses }), NO_EFFECTS];
    }
    case 'receipt':
      // One's own mark, moved on another device.
      return event.user === state.me ? roomsReducer(state, { type: 'read-elsewhere', room: room.name, seq: event.seq }) : [state, NO_EFFECTS];
    case 'unread':
      return room.phase === 'joined' ? [state, NO_EFFECTS] : [put(state, { ...room, unreadElsewhere: event.count }), NO_EFFECTS];
    case 'mention':
    case 'confirmed':
      // The message itself comes by the room's log, and the confirmation is the outbox's.
      return [state, NO_EFFECTS];
    case 'kicked':
      return [put(state, { ...room, phase: 'kicked', kickedReason: event.reason, syncing: false, typing: new Map(), members: [], memberTotal: 0 }), NO_EFFECTS];
  }
}

/** After a join: the newest messages, or, when the join said where we were, what changed since then. */
function onHistory(state: Rooms, room: RoomState, messages: readonly Message[], seq: number, hasMore: boolean): RoomsStep {
  if (room.timeline.lastSeq === 0) {
    const snapshot = fromSnapshot(messages, seq, hasMore);
    // An event that was quicker than its history stays seen.
    const timeline = { ...snapshot, seenSeq: Math.max(snapshot.seenSeq, room.timeline.seenSeq) };
    // The first time here: what was said before is not news, and the other tabs and devices are to know it.
    const known: readonly RoomsEffect[] = room.readSeq === null && timeline.lastSeq > 0 ? [{ type: 'mark-read', room: room.name, seq: timeline.lastSeq }] : NO_EFFECTS;
    const next: RoomState = { ...room, timeline, syncing: false, readSeq: room.readSeq ?? timeline.lastSeq, unreadElsewhere: 0 };
    return moved(state, divided(state, room, next), messages, known);
  }
  // Somebody who comes back sees where the news begin, even with the eyes on them.
  return onSynced(state, room, messages, seq, hasMore, true);
}

function onSynced(state: Rooms, room: RoomState, changes: readonly Message[], seq: number, hasMore: boolean, divide: boolean): RoomsStep {
  const progressed = seq > room.timeline.lastSeq;
  const applied = applyChanges(room.timeline, changes, seq);
  // A server that has nothing more is believed, whatever an event said: it would be asked for ever.
  const timeline = progressed || !hasHole(applied) ? applied : { ...applied, seenSeq: applied.lastSeq };
  const again = hasMore && progressed;
  let next: RoomState = { ...room, timeline, syncing: again, partial: again, readSeq: room.readSeq ?? timeline.lastSeq, unreadElsewhere: 0 };
  if (divide || !state.focused) next = divided(state, room, next);
  return moved(state, next, changes, again ? [{ type: 'sync', room: room.name, lastSeq: timeline.lastSeq }] : NO_EFFECTS);
}

function onRead(state: Rooms, room: RoomState, keepDivider: boolean): RoomsStep {
  const seq = room.timeline.lastSeq;
  const dividerSeq = keepDivider ? room.dividerSeq : null;
  if (room.readSeq !== null && room.readSeq >= seq) {
    return dividerSeq === room.dividerSeq ? [state, NO_EFFECTS] : [put(state, { ...room, dividerSeq }), NO_EFFECTS];
  }
  return [put(state, { ...room, readSeq: seq, dividerSeq, unreadElsewhere: 0 }), [{ type: 'mark-read', room: room.name, seq }]];
}

export function roomsReducer(state: Rooms, event: RoomsEvent): RoomsStep {
  switch (event.type) {
    case 'server':
      return onServer(state, event.event, event.at);
    case 'entered': {
      if (state.byName.has(event.room)) return [state, NO_EFFECTS];
      const room = newRoom(event.room, event.cached);
      return [{ ...put(state, divided(state, room, room)), order: [...state.order, event.room] }, NO_EFFECTS];
    }
    case 'left': {
      const byName = new Map(state.byName);
      byName.delete(event.room);
      const order = state.order.filter((name) => name !== event.room);
      return [{ ...state, byName, order, current: state.current === event.room ? null : state.current }, NO_EFFECTS];
    }
    case 'connection-lost': {
      let next = state;
      for (const room of state.byName.values()) {
        if (room.phase !== 'joined' && room.phase !== 'joining') continue;
        next = put(next, { ...room, phase: 'cached', syncing: false, loadingOlder: false, typing: new Map() });
      }
      return [next, NO_EFFECTS];
    }
    case 'opened': {
      const room = state.byName.get(event.room);
      const next = { ...state, current: event.room };
      if (room === undefined || state.current === event.room) return [next, NO_EFFECTS];
      const dividerSeq = unreadMessages(room, state.me).length > 0 ? room.readSeq : null;
      return [put(next, { ...trimmed(next, room), dividerSeq }), NO_EFFECTS];
    }
    case 'closed':
      return [{ ...state, current: null }, NO_EFFECTS];
    case 'focus':
      return state.focused === event.on ? [state, NO_EFFECTS] : [{ ...state, focused: event.on }, NO_EFFECTS];
    case 'info': {
      let next = state;
      for (const info of event.infos) {
        const room = next.byName.get(info.name);
        if (room !== undefined) next = put(next, { ...room, info });
      }
      return [next, NO_EFFECTS];
    }
    case 'tick': {
      let next = state;
      for (const room of state.byName.values()) {
        const live = [...room.typing].filter(([, until]) => until > event.at);
        if (live.length !== room.typing.size) next = put(next, { ...room, typing: new Map(live) });
      }
      return [next, NO_EFFECTS];
    }
    case 'own-changed': {
      const room = state.byName.get(event.message.room);
      const timeline = room === undefined ? undefined : applyOwnChange(room.timeline, event.message);
      if (room === undefined || timeline === undefined || timeline === room.timeline) return [state, NO_EFFECTS];
      return [put(state, { ...room, timeline }), NO_EFFECTS];
    }
    default:
      return inRoom(state, event);
  }
}

type InRoomEvent = Extract<RoomsEvent, { readonly type: 'joining' | 'joined' | 'refused' | 'synced' | 'load-older' | 'older' | 'older-failed' | 'read' | 'sent' | 'read-elsewhere' }>;

function inRoom(state: Rooms, event: InRoomEvent): RoomsStep {
  const room = state.byName.get(event.room);
  if (room === undefined) return [state, NO_EFFECTS];
  switch (event.type) {
    case 'joining':
      return [put(state, { ...room, phase: room.timeline.lastSeq > 0 ? 'cached' : 'joining', refusal: null, kickedReason: null, syncing: true }), NO_EFFECTS];
    case 'joined':
      // Over long-polling, the history that follows may have been heard already.
      return moved(state, { ...room, phase: 'joined', refusal: null, kickedReason: null }, []);
    case 'refused':
      return [put(state, { ...room, phase: 'refused', refusal: event.failure, syncing: false }), NO_EFFECTS];
    case 'synced':
      return onSynced(state, room, event.changes, event.seq, event.hasMore, false);
    case 'load-older': {
      const first = room.timeline.messages[0];
      if (!room.timeline.hasOlder || room.loadingOlder || first === undefined || room.phase !== 'joined') return [state, NO_EFFECTS];
      return [put(state, { ...room, loadingOlder: true }), [{ type: 'load', room: room.name, before: first.seq }]];
    }
    case 'older': {
      const timeline = prependPage(room.timeline, event.before, event.messages, event.hasMore);
      return [put(state, { ...room, timeline, loadingOlder: false }), NO_EFFECTS];
    }
    case 'older-failed':
      return [put(state, { ...room, loadingOlder: false }), NO_EFFECTS];
    case 'read':
      return onRead(state, room, true);
    case 'sent':
      // Who answers has read.
      return onRead(state, room, false);
    case 'read-elsewhere':
      if (room.readSeq !== null && room.readSeq >= event.seq) return [state, NO_EFFECTS];
      return [put(state, { ...room, readSeq: event.seq }), NO_EFFECTS];
  }
}
