import { describe, expect, it } from 'vitest';
import { NOON, messageOf, messagesOf } from '../testing/messages';
import { INITIAL_CONNECTION, connectionReducer, type Connection } from './connection';
import { EMPTY_OUTBOX, outboxReducer, type Outbox, type OutboxEvent } from './outbox';
import { initialRooms, roomsReducer, type Rooms, type RoomsEvent } from './rooms';
import { createSelector } from './select';
import type { ChatView, RoomView } from './view';

class Chat {
  connection: Connection = INITIAL_CONNECTION;
  rooms: Rooms = initialRooms('ann');
  outbox: Outbox = EMPTY_OUTBOX;
  private readonly selector = createSelector('ann');

  tell(event: RoomsEvent): void {
    [this.rooms] = roomsReducer(this.rooms, event);
  }
  server(event: Extract<RoomsEvent, { readonly type: 'server' }>['event']): void {
    this.tell({ type: 'server', event, at: NOON });
  }
  post(event: OutboxEvent): void {
    [this.outbox] = outboxReducer(this.outbox, event);
  }
  join(room: string, last = 3): void {
    this.tell({ type: 'entered', room, cached: null });
    this.tell({ type: 'joined', room });
    this.server({ type: 'history', room, messages: messagesOf(1, last, { room }), seq: last, hasMore: false });
  }
  write(room: string, tempId: string): void {
    this.post({
      type: 'added', at: NOON,
      item: {
        tempId, author: 'account:ann', room, text: tempId, replyTo: null, createdAt: NOON + 9_000, order: 1, status: 'QUEUED', failure: null, notBefore: 0, tries: 0, revision: 1,
      },
    });
  }
  get view(): ChatView {
    return this.selector.select(this.connection, this.rooms, this.outbox);
  }
  room(name: string): RoomView {
    const { [name]: room } = this.view.rooms;
    if (room === undefined) throw new Error(`${name} is not there`);
    return room;
  }
}

function twoRooms(): Chat {
  const chat = new Chat();
  chat.join('lobby');
  chat.join('garden');
  return chat;
}

describe('what did not change', () => {
  it('is the same object', () => {
    const chat = twoRooms();
    const before = chat.view;
    expect(chat.view).toBe(before);
    chat.server({ type: 'message', message: messageOf(4, { room: 'garden' }) });
    const after = chat.view;
    expect(after).not.toBe(before);
    expect(after.rooms.lobby).toBe(before.rooms.lobby);
    expect(after.rooms.garden).not.toBe(before.rooms.garden);
    expect(after.summaries[0]).toBe(before.summaries[0]);
    expect(after.connection).toBe(before.connection);
  });

  it('is the list of rooms, too, while only messages that are read come in', () => {
    const chat = twoRooms();
    chat.tell({ type: 'opened', room: 'lobby' });
    const before = chat.view;
    chat.server({ type: 'message', message: messageOf(4, { user: 'ann' }) });
    expect(chat.view.summaries).toBe(before.summaries);
  });

  it('is the members, the typing and the rows, each while it stays', () => {
    const chat = twoRooms();
    chat.server({ type: 'members', room: 'lobby', members: [{ id: 's1', name: 'bob' }], total: 1 });
    chat.server({ type: 'typing', room: 'lobby', user: 'bob', on: true });
    const before = chat.room('lobby');
    chat.server({ type: 'message', message: messageOf(4, { user: 'eve' }) });
    const after = chat.room('lobby');
    expect(after.members).toBe(before.members);
    expect(after.typing).toBe(before.typing);
    chat.server({ type: 'typing', room: 'lobby', user: 'eve', on: true });
    expect(chat.room('lobby').rows).toBe(after.rows);
    expect(chat.room('lobby').typing).toEqual(['bob', 'eve']);
  });

  it('is the room, when something is written in another one, or the connection changes', () => {
    const chat = twoRooms();
    chat.write('garden', 't0');
    const before = chat.view;
    chat.write('lobby', 't1');
    [chat.connection] = connectionReducer(chat.connection, { type: 'connect', at: NOON });
    expect(chat.view.rooms.garden).toBe(before.rooms.garden);
    expect(chat.view.rooms.lobby).not.toBe(before.rooms.lobby);
    expect(chat.view.connection).toEqual({ status: 'CONNECTING', attempt: 1 });
  });
});

describe('a room', () => {
  it('is not there before it was entered, whatever it is called', () => {
    const chat = new Chat();
    for (const name of ['lobby', 'constructor', '__proto__', 'toString']) expect(chat.view.rooms[name]).toBeUndefined();
    for (const name of ['constructor', '__proto__']) {
      chat.join(name);
      expect(chat.room(name)).toMatchObject({ name, phase: 'joined', lastSeq: 3 });
    }
    expect(chat.view.summaries.map(({ name }) => name)).toEqual(['constructor', '__proto__']);
  });

  it('goes when it is left, and begins anew when it is entered again', () => {
    const chat = twoRooms();
    chat.tell({ type: 'left', room: 'lobby' });
    expect(chat.view.rooms.lobby).toBeUndefined();
    expect(chat.view.summaries.map(({ name }) => name)).toEqual(['garden']);
    chat.join('lobby', 1);
    expect(chat.room('lobby').rows.filter(({ kind }) => kind === 'message')).toHaveLength(1);
    expect(chat.view.summaries.map(({ name }) => name)).toEqual(['garden', 'lobby']);
  });

  it('shows each message once on its way from the outbox to the log', () => {
    const chat = twoRooms();
    const texts = (): string[] => chat.room('lobby').rows.flatMap((row) => (row.kind === 'message' && row.own ? [`${row.key} ${row.delivery.status}`] : []));
    chat.write('lobby', 't1');
    expect(texts()).toEqual(['t:t1 SENDING']);
    chat.post({ type: 'acknowledged', tempId: 't1', confirmation: { id: 'lobby-4', seq: 4, timestamp: NOON }, at: NOON });
    expect(texts()).toEqual(['t:t1 SENT']);
    const message = messageOf(4, { user: 'ann', tempId: 't1' });
    chat.server({ type: 'message', message });
    chat.post({ type: 'logged', room: 'lobby', seq: 4, own: [message], at: NOON });
    expect(texts()).toEqual(['t:t1 SENT']);
  });

  it('counts what is unread and what speaks to one, in the list as well', () => {
    const chat = twoRooms();
    chat.server({ type: 'message', message: messageOf(4, { text: 'hey @ann' }) });
    chat.server({ type: 'message', message: messageOf(5) });
    expect(chat.room('lobby')).toMatchObject({ unread: 2, mentions: 1, readSeq: 3, lastSeq: 5 });
    expect(chat.view.summaries[0]).toEqual({ name: 'lobby', isPrivate: false, unread: 2, mentions: 1, phase: 'joined' });
  });
});

describe('members', () => {
  it('stand in order: who is online, busy, away; by name within', () => {
    const chat = twoRooms();
    chat.server({ type: 'members', room: 'lobby', members: ['zoe', 'bob', 'eve', 'ann', 'joe'].map((name) => ({ id: name, name })), total: 9 });
    chat.server({ type: 'presence', room: 'lobby', user: 'eve', status: 'away', text: null });
    chat.server({ type: 'presence', room: 'lobby', user: 'bob', status: 'busy', text: 'lunch' });
    // Who stands in the list is in the room, whatever an older word about them said.
    chat.server({ type: 'presence', room: 'lobby', user: 'zoe', status: 'offline', text: null });
    expect(chat.room('lobby').members).toEqual([
      { name: 'ann', status: 'online', statusText: null }, { name: 'joe', status: 'online', statusText: null }, { name: 'zoe', status: 'online', statusText: null },
      { name: 'bob', status: 'busy', statusText: 'lunch' }, { name: 'eve', status: 'away', statusText: null },
    ]);
    expect(chat.room('lobby').memberTotal).toBe(9);
  });

  it('are people, not devices', () => {
    const chat = twoRooms();
    chat.server({ type: 'members', room: 'lobby', members: [{ id: 's1', name: 'bob' }, { id: 's2', name: 'bob' }], total: 2 });
    expect(chat.room('lobby').members).toHaveLength(1);
  });
});
