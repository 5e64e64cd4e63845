/** A chat for the tests of the rooms: the reducer, and what it asked for. */

import type { ServerEvent } from '../protocol/events';
import type { Message } from '../protocol/types';
import { initialRooms, roomsReducer, unreadMessages, type CachedRoom, type RoomState, type Rooms, type RoomsEffect, type RoomsEvent } from '../state/rooms';
import { NOON, messagesOf } from './messages';

export class Chat {
  state: Rooms = initialRooms('ann');
  effects: readonly RoomsEffect[] = [];
  now = NOON;

  tell(event: RoomsEvent): readonly RoomsEffect[] {
    const [next, effects] = roomsReducer(this.state, event);
    this.state = next;
    this.effects = effects;
    return effects;
  }
  server(event: ServerEvent): readonly RoomsEffect[] {
    return this.tell({ type: 'server', event, at: this.now });
  }
  message(message: Message): readonly RoomsEffect[] {
    return this.server({ type: 'message', message });
  }
  history(messages: readonly Message[], seq: number, hasMore = false, room = 'lobby'): readonly RoomsEffect[] {
    return this.server({ type: 'history', room, messages, seq, hasMore });
  }
  /** In the room, with these messages, all read. */
  join(last: number, room = 'lobby', hasMore = false): void {
    this.tell({ type: 'entered', room, cached: null });
    this.tell({ type: 'joining', room });
    this.tell({ type: 'joined', room });
    this.history(messagesOf(Math.max(1, last - 49), last, { room }), last, hasMore, room);
  }
  room(name = 'lobby'): RoomState {
    const room = this.state.byName.get(name);
    if (room === undefined) throw new Error(`${name} is not entered`);
    return room;
  }
  get kinds(): string[] {
    return this.effects.map(({ type }) => type);
  }
  seqs(name = 'lobby'): number[] {
    return this.room(name).timeline.messages.map(({ seq }) => seq);
  }
  unread(name = 'lobby'): number {
    return unreadMessages(this.room(name), 'ann').length;
  }
}

export function joined(last = 5): Chat {
  const chat = new Chat();
  chat.join(last);
  return chat;
}
export const cachedRoom = (last: number, more: Partial<CachedRoom> = {}): CachedRoom => ({ messages: messagesOf(1, last), lastSeq: last, hasOlder: false, readSeq: last, info: null, ...more });
