/** The events of the server, validated. One function from (name, arguments) to a ServerEvent or null. */

import { count, fields, list, parseMember, parseMessage, parseNotice, parsePresence, parseReactions, parseRoomInfo, text, time } from './parse';
import type { Member, Message, Notice, PresenceStatus, Reaction, RoomInfo } from './types';

export type ServerEvent =
  | { readonly type: 'message'; readonly message: Message }
  | { readonly type: 'notice'; readonly notice: Notice }
  | { readonly type: 'history'; readonly room: string; readonly messages: readonly Message[]; readonly seq: number; readonly hasMore: boolean }
  | { readonly type: 'confirmed'; readonly tempId: string; readonly id: string; readonly room: string; readonly seq: number; readonly timestamp: number }
  | { readonly type: 'changed'; readonly room: string; readonly seq: number; readonly id: string; readonly message: Message | null; readonly change: Change }
  | { readonly type: 'members'; readonly room: string; readonly members: readonly Member[]; readonly total: number }
  | { readonly type: 'typing'; readonly room: string; readonly user: string; readonly on: boolean }
  | { readonly type: 'presence'; readonly room: string; readonly user: string; readonly status: PresenceStatus; readonly text: string | null }
  | { readonly type: 'receipt'; readonly room: string; readonly user: string; readonly seq: number }
  | { readonly type: 'unread'; readonly room: string; readonly count: number; readonly seq: number }
  | { readonly type: 'mention'; readonly room: string; readonly message: Message | null }
  | { readonly type: 'roomUpdated'; readonly room: RoomInfo }
  | { readonly type: 'kicked'; readonly room: string; readonly reason: string }
  | { readonly type: 'shutdown'; readonly retryAfterMs: number };

/** What an edit, a deletion or a reaction did, for a server that does not send the whole message with it. */
export type Change =
  | { readonly kind: 'edited'; readonly text: string; readonly at: number }
  | { readonly kind: 'deleted'; readonly at: number }
  | { readonly kind: 'reactions'; readonly reactions: readonly Reaction[] };

export const SERVER_EVENTS = [
  'messageHistory', 'message', 'messageConfirmed', 'messageEdited', 'messageDeleted', 'reactionUpdated', 'roomData', 'userTyping',
  'userStoppedTyping', 'presence', 'readReceipt', 'unread', 'mention', 'roomUpdated', 'kicked', 'serverShutdown',
] as const;
export type ServerEventName = (typeof SERVER_EVENTS)[number];

export function parseServerEvent(name: ServerEventName, payload: unknown): ServerEvent | null {
  if (name === 'message') {
    const message = parseMessage(payload);
    if (message !== null) return { type: 'message', message };
    const notice = parseNotice(payload);
    return notice === null ? null : { type: 'notice', notice };
  }
  const f = fields(payload);
  if (f === null) return null;
  if (name === 'serverShutdown') return { type: 'shutdown', retryAfterMs: count(f.retryAfterMs) ?? 0 };
  if (name === 'roomUpdated') {
    const info = parseRoomInfo(f.room);
    return info === null ? null : { type: 'roomUpdated', room: info };
  }
  const room = text(f.room);
  if (room === null) return null;
  switch (name) {
    case 'messageHistory':
      return { type: 'history', room, messages: list(f.messages, parseMessage), seq: count(f.seq) ?? 0, hasMore: f.hasMore === true };
    case 'messageConfirmed': {
      const tempId = text(f.tempId);
      const id = text(f.id);
      const seq = count(f.seq);
      return tempId === null || id === null || seq === null
        ? null
        : { type: 'confirmed', tempId, id, room, seq, timestamp: time(f.timestamp) ?? Date.now() };
    }
    case 'messageEdited':
    case 'messageDeleted':
    case 'reactionUpdated': {
      const id = text(f.id);
      const seq = count(f.seq);
      if (id === null || seq === null) return null;
      const change: Change =
        name === 'messageEdited' ? { kind: 'edited', text: text(f.text) ?? '', at: time(f.editedAt) ?? Date.now() }
        : name === 'messageDeleted' ? { kind: 'deleted', at: time(f.deletedAt) ?? Date.now() }
        : { kind: 'reactions', reactions: parseReactions(f.reactions) };
      return { type: 'changed', room, seq, id, message: parseMessage(f.message), change };
    }
    case 'roomData': {
      const members = list(f.users, parseMember);
      return { type: 'members', room, members, total: Math.max(count(f.total) ?? 0, members.length) };
    }
    case 'userTyping':
    case 'userStoppedTyping': {
      const user = text(f.user);
      return user === null ? null : { type: 'typing', room, user, on: name === 'userTyping' };
    }
    case 'presence': {
      const user = text(f.user);
      const status = parsePresence(f.status);
      return user === null || status === null ? null : { type: 'presence', room, user, status, text: text(f.text) };
    }
    case 'readReceipt': {
      const user = text(f.user);
      const seq = count(f.seq);
      return user === null || seq === null ? null : { type: 'receipt', room, user, seq };
    }
    case 'unread':
      return { type: 'unread', room, count: count(f.count) ?? 0, seq: count(f.seq) ?? 0 };
    case 'mention':
      return { type: 'mention', room, message: parseMessage(f.message) };
    case 'kicked':
      return { type: 'kicked', room, reason: text(f.reason) ?? '' };
  }
}
