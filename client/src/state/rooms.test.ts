import { describe, expect, it } from 'vitest';
import type { Failure } from '../protocol/types';
import type { RoomInfo } from '../protocol/types';
import { ownMessages } from './rooms';
import { NOON, messageOf, messagesOf } from '../testing/messages';
import { Chat, cachedRoom, joined } from '../testing/rooms_chat';

const REFUSED: Failure = { code: 'ROOM_PASSWORD_REQUIRED', message: 'This room has a password.', field: 'password', retryAfterMs: null };

describe('entering and leaving', () => {
  it('shows a room in the order of entering, and forgets one that is left', () => {
    const chat = new Chat();
    for (const room of ['lobby', 'garden', 'attic']) chat.tell({ type: 'entered', room, cached: null });
    chat.tell({ type: 'opened', room: 'garden' });
    chat.tell({ type: 'left', room: 'garden' });
    expect(chat.state.order).toEqual(['lobby', 'attic']);
    expect(chat.state.current).toBeNull();
    expect(chat.state.byName.has('garden')).toBe(false);
  });

  it('does not begin anew when one is entered twice', () => {
    const chat = joined();
    const before = chat.state;
    chat.tell({ type: 'entered', room: 'lobby', cached: null });
    expect(chat.state).toBe(before);
  });

  it('shows what the device kept until the server has spoken', () => {
    const chat = new Chat();
    chat.tell({ type: 'entered', room: 'lobby', cached: cachedRoom(5) });
    expect(chat.room()).toMatchObject({ phase: 'cached', readSeq: 5 });
    expect(chat.seqs()).toEqual([1, 2, 3, 4, 5]);
  });

  it.each(['constructor', '__proto__', 'tostring', 'hasownproperty'])('knows a room called %s only when it was entered', (room) => {
    const chat = new Chat();
    const info: RoomInfo = { name: room, description: '', creator: '', isPrivate: false, memberCount: 1, createdAt: null };
    chat.server({ type: 'roomUpdated', room: info });
    chat.server({ type: 'typing', room, user: 'bob', on: true });
    chat.tell({ type: 'joined', room });
    chat.tell({ type: 'info', infos: [info] });
    chat.tell({ type: 'tick', at: NOON });
    expect(chat.state.byName.size).toBe(0);
    chat.join(3, room);
    expect(chat.seqs(room)).toEqual([1, 2, 3]);
    expect(chat.state.order).toEqual([room]);
  });

  it('ignores what is said of rooms that one is not in', () => {
    const chat = new Chat();
    const before = chat.state;
    chat.message(messageOf(1));
    chat.server({ type: 'members', room: 'lobby', members: [], total: 3 });
    for (const type of ['joining', 'joined', 'load-older', 'read', 'sent', 'older-failed'] as const) chat.tell({ type, room: 'lobby' });
    chat.tell({ type: 'own-changed', message: messageOf(1) });
    expect(chat.state).toBe(before);
  });
});

describe('the phases of a room', () => {
  it('is joining, then joined', () => {
    const chat = new Chat();
    chat.tell({ type: 'entered', room: 'lobby', cached: null });
    expect(chat.room().phase).toBe('joining');
    chat.tell({ type: 'joining', room: 'lobby' });
    chat.tell({ type: 'joined', room: 'lobby' });
    expect(chat.room().phase).toBe('joined');
  });

  it('stays readable while it is joined again', () => {
    const chat = joined();
    chat.tell({ type: 'connection-lost' });
    expect(chat.room().phase).toBe('cached');
    chat.tell({ type: 'joining', room: 'lobby' });
    expect(chat.room().phase).toBe('cached');
    expect(chat.seqs()).toEqual([1, 2, 3, 4, 5]);
  });

  it('is refused with the reason, until it is tried again', () => {
    const chat = new Chat();
    chat.tell({ type: 'entered', room: 'lobby', cached: null });
    chat.tell({ type: 'refused', room: 'lobby', failure: REFUSED });
    expect(chat.room()).toMatchObject({ phase: 'refused', refusal: REFUSED });
    chat.tell({ type: 'connection-lost' });
    expect(chat.room().phase).toBe('refused');
    chat.tell({ type: 'joining', room: 'lobby' });
    expect(chat.room()).toMatchObject({ phase: 'joining', refusal: null });
  });

  it('is kicked with the reason, and nobody is there any more', () => {
    const chat = joined();
    chat.server({ type: 'members', room: 'lobby', members: [{ id: 's1', name: 'bob' }], total: 1 });
    chat.server({ type: 'typing', room: 'lobby', user: 'bob', on: true });
    chat.server({ type: 'kicked', room: 'lobby', reason: 'spam' });
    expect(chat.room()).toMatchObject({ phase: 'kicked', kickedReason: 'spam', members: [], memberTotal: 0, syncing: false });
    expect(chat.room().typing.size).toBe(0);
    chat.tell({ type: 'connection-lost' });
    expect(chat.room().phase).toBe('kicked');
  });

  it('forgets who typed and what was asked when the connection is lost', () => {
    const chat = joined(60);
    chat.history(messagesOf(11, 60), 60, true);
    chat.join(60, 'garden', true);
    chat.tell({ type: 'load-older', room: 'garden' });
    chat.server({ type: 'typing', room: 'garden', user: 'bob', on: true });
    chat.tell({ type: 'connection-lost' });
    expect(chat.room('garden')).toMatchObject({ loadingOlder: false, syncing: false });
    expect(chat.room('garden').typing.size).toBe(0);
  });
});

describe('the log', () => {
  it('tells the outbox of each step, with our own messages', () => {
    const chat = joined();
    const own = messageOf(6, { user: 'ann', tempId: 't1' });
    expect(chat.message(own)).toEqual([{ type: 'logged', room: 'lobby', seq: 6, own: [own] }]);
    expect(chat.server({ type: 'changed', room: 'lobby', seq: 7, id: 'lobby-2', message: null, change: { kind: 'deleted', at: NOON } })).toEqual([
      { type: 'logged', room: 'lobby', seq: 7, own: [] },
    ]);
    expect(ownMessages([own, messageOf(7)])).toEqual([own]);
  });

  it('says nothing of what is old', () => {
    const chat = joined();
    const before = chat.state;
    expect(chat.message(messageOf(3))).toEqual([]);
    expect(chat.server({ type: 'changed', room: 'lobby', seq: 3, id: 'lobby-2', message: null, change: { kind: 'deleted', at: NOON } })).toEqual([]);
    expect(chat.state).toBe(before);
  });

  it('asks once for what is missing', () => {
    const chat = joined();
    expect(chat.message(messageOf(8))).toContainEqual({ type: 'sync', room: 'lobby', lastSeq: 5 });
    chat.message(messageOf(9));
    chat.message(messageOf(10));
    expect(chat.kinds).not.toContain('sync');
    chat.tell({ type: 'synced', room: 'lobby', changes: messagesOf(6, 10), seq: 10, hasMore: false });
    expect(chat.seqs()).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    expect(chat.room().syncing).toBe(false);
  });

  it('asks again for what overtook the answer', () => {
    const chat = joined();
    chat.message(messageOf(7));
    chat.message(messageOf(8));
    expect(chat.tell({ type: 'synced', room: 'lobby', changes: messagesOf(6, 7), seq: 7, hasMore: false })).toContainEqual({ type: 'sync', room: 'lobby', lastSeq: 7 });
    chat.tell({ type: 'synced', room: 'lobby', changes: [messageOf(8)], seq: 8, hasMore: false });
    expect(chat.kinds).not.toContain('sync');
    expect(chat.seqs().at(-1)).toBe(8);
  });

  it('leaves a message of ours to the outbox while it lies behind a hole', () => {
    const chat = joined();
    const own = messageOf(7, { user: 'ann', tempId: 't1' });
    expect(chat.message(own)).toContainEqual({ type: 'logged', room: 'lobby', seq: 5, own: [] });
    expect(chat.tell({ type: 'synced', room: 'lobby', changes: [messageOf(6), own], seq: 7, hasMore: false })).toContainEqual({ type: 'logged', room: 'lobby', seq: 7, own: [own] });
  });

  it('does not count as complete while there is more: what changed later is still missing', () => {
    const chat = joined();
    chat.message(messageOf(20));
    expect(chat.tell({ type: 'synced', room: 'lobby', changes: [messageOf(7)], seq: 8, hasMore: true })).toContainEqual({ type: 'logged', room: 'lobby', seq: 0, own: [] });
    expect(chat.tell({ type: 'synced', room: 'lobby', changes: [messageOf(6, { changeSeq: 20 })], seq: 20, hasMore: false })).toContainEqual({ type: 'logged', room: 'lobby', seq: 20, own: [] });
  });

  it('goes on asking while there is more, and stops with a server that does not get on', () => {
    const chat = joined();
    chat.message(messageOf(20));
    expect(chat.tell({ type: 'synced', room: 'lobby', changes: messagesOf(6, 10), seq: 10, hasMore: true })).toContainEqual({ type: 'sync', room: 'lobby', lastSeq: 10 });
    expect(chat.room().syncing).toBe(true);
    chat.tell({ type: 'synced', room: 'lobby', changes: [], seq: 10, hasMore: true });
    expect(chat.kinds).not.toContain('sync');
    expect(chat.room().syncing).toBe(false);
    // What an event named and the server denies is given up, and does not stand in the way of the next.
    chat.message(messageOf(11));
    expect(chat.kinds).not.toContain('sync');
    expect(chat.seqs().at(-1)).toBe(11);
  });

  it('does not ask before the history has come, nor when it has brought everything', () => {
    const chat = new Chat();
    chat.tell({ type: 'entered', room: 'lobby', cached: null });
    chat.tell({ type: 'joining', room: 'lobby' });
    chat.message(messageOf(60));
    chat.tell({ type: 'joined', room: 'lobby' });
    expect(chat.kinds).not.toContain('sync');
    chat.message(messageOf(61));
    expect(chat.kinds).not.toContain('sync');
    chat.history(messagesOf(12, 61), 61, true);
    expect(chat.kinds).not.toContain('sync');
    expect(chat.room()).toMatchObject({ syncing: false, readSeq: 61 });
    expect(chat.seqs()).toHaveLength(50);
  });

  it('asks for an event that was quicker than its history', () => {
    const chat = new Chat();
    chat.tell({ type: 'entered', room: 'lobby', cached: null });
    chat.tell({ type: 'joining', room: 'lobby' });
    chat.tell({ type: 'joined', room: 'lobby' });
    chat.message(messageOf(62));
    expect(chat.history(messagesOf(12, 61), 61, true)).toContainEqual({ type: 'sync', room: 'lobby', lastSeq: 61 });
  });

  it('may hear the history before the answer to the join: over long-polling they come together', () => {
    const chat = new Chat();
    chat.tell({ type: 'entered', room: 'lobby', cached: null });
    chat.tell({ type: 'joining', room: 'lobby' });
    chat.message(messageOf(63));
    chat.history(messagesOf(12, 61), 61, true);
    expect(chat.kinds).not.toContain('sync');
    expect(chat.tell({ type: 'joined', room: 'lobby' })).toContainEqual({ type: 'sync', room: 'lobby', lastSeq: 61 });
    chat.tell({ type: 'synced', room: 'lobby', changes: [messageOf(62), messageOf(63)], seq: 63, hasMore: false });
    expect(chat.room().syncing).toBe(false);
    expect(chat.message(messageOf(65))).toContainEqual({ type: 'sync', room: 'lobby', lastSeq: 63 });
  });

  it('takes after a join with lastSeq what changed since then', () => {
    const chat = new Chat();
    chat.tell({ type: 'entered', room: 'lobby', cached: cachedRoom(5) });
    chat.tell({ type: 'joining', room: 'lobby' });
    chat.tell({ type: 'joined', room: 'lobby' });
    expect(chat.history([messageOf(2, { text: 'edited', changeSeq: 6 }), messageOf(7)], 7, true)).toContainEqual({ type: 'sync', room: 'lobby', lastSeq: 7 });
    expect(chat.seqs()).toEqual([1, 2, 3, 4, 5, 7]);
    expect(chat.room().timeline.messages[1]?.text).toBe('edited');
    chat.tell({ type: 'synced', room: 'lobby', changes: [messageOf(6, { changeSeq: 8 })], seq: 8, hasMore: false });
    expect(chat.seqs()).toEqual([1, 2, 3, 4, 5, 6, 7]);
  });

  it('shows the answer to one\'s own change at once', () => {
    const chat = joined();
    chat.tell({ type: 'own-changed', message: messageOf(3, { user: 'ann', text: 'mine', changeSeq: 6 }) });
    expect(chat.room().timeline.messages[2]?.text).toBe('mine');
    expect(chat.room().timeline.lastSeq).toBe(5);
    const before = chat.state;
    chat.tell({ type: 'own-changed', message: messageOf(30, { changeSeq: 31 }) });
    expect(chat.state).toBe(before);
  });
});

describe('older messages', () => {
  function long(): Chat {
    const chat = new Chat();
    chat.join(100, 'lobby', true);
    return chat;
  }

  it('are asked for once, from before the first one here', () => {
    const chat = long();
    expect(chat.tell({ type: 'load-older', room: 'lobby' })).toEqual([{ type: 'load', room: 'lobby', before: 51 }]);
    expect(chat.room().loadingOlder).toBe(true);
    expect(chat.tell({ type: 'load-older', room: 'lobby' })).toEqual([]);
    chat.tell({ type: 'older', room: 'lobby', before: 51, messages: messagesOf(1, 50), hasMore: false });
    expect(chat.room()).toMatchObject({ loadingOlder: false });
    expect(chat.seqs()).toHaveLength(100);
    expect(chat.tell({ type: 'load-older', room: 'lobby' })).toEqual([]);
  });

  it('can be asked for again after a failure', () => {
    const chat = long();
    chat.tell({ type: 'load-older', room: 'lobby' });
    chat.tell({ type: 'older-failed', room: 'lobby' });
    expect(chat.tell({ type: 'load-older', room: 'lobby' })).toHaveLength(1);
  });

  it('are not asked for without a connection', () => {
    const chat = long();
    chat.tell({ type: 'connection-lost' });
    expect(chat.tell({ type: 'load-older', room: 'lobby' })).toEqual([]);
  });
});
