import { describe, expect, it } from 'vitest';
import { randomJson } from '../testing/json';
import { HISTORIES_MS, forSeeds, holds } from '../testing/random';
import { SERVER_EVENTS, parseServerEvent, type ServerEventName } from './events';

const TIMESTAMP = '2026-11-23T10:00:00.250Z';
const AT = Date.UTC(2026, 10, 23, 10, 0, 0, 250);
const MESSAGE = { id: 'lobby-7', room: 'lobby', seq: 7, user: 'ann', text: 'hello', timestamp: TIMESTAMP };

/** One good payload of each event, as the server sends it, and what it is read as. */
const GOOD: Record<ServerEventName, { readonly payload: Record<string, unknown>; readonly event: Record<string, unknown> }> = {
  messageHistory: {
    payload: { room: 'lobby', messages: [MESSAGE], seq: 9, hasMore: true },
    event: { type: 'history', room: 'lobby', seq: 9, hasMore: true },
  },
  message: { payload: MESSAGE, event: { type: 'message' } },
  messageConfirmed: {
    payload: { tempId: 't1', id: 'lobby-7', timestamp: TIMESTAMP, room: 'lobby', seq: 7 },
    event: { type: 'confirmed', tempId: 't1', id: 'lobby-7', room: 'lobby', seq: 7, timestamp: AT },
  },
  messageEdited: {
    payload: { room: 'lobby', seq: 8, id: 'lobby-7', text: 'hi', editedAt: TIMESTAMP, message: { ...MESSAGE, text: 'hi', changeSeq: 8 } },
    event: { type: 'changed', room: 'lobby', seq: 8, id: 'lobby-7', change: { kind: 'edited', text: 'hi', at: AT } },
  },
  messageDeleted: {
    payload: { room: 'lobby', seq: 8, id: 'lobby-7', deletedAt: TIMESTAMP, message: { ...MESSAGE, text: '', changeSeq: 8 } },
    event: { type: 'changed', room: 'lobby', seq: 8, id: 'lobby-7', change: { kind: 'deleted', at: AT } },
  },
  reactionUpdated: {
    payload: { room: 'lobby', seq: 8, id: 'lobby-7', user: 'bob', emoji: '👍', on: true, reactions: [{ emoji: '👍', users: ['bob'] }], message: MESSAGE },
    event: { type: 'changed', room: 'lobby', seq: 8, id: 'lobby-7', change: { kind: 'reactions', reactions: [{ emoji: '👍', users: ['bob'] }] } },
  },
  roomData: {
    payload: { room: 'lobby', users: [{ id: 's1', name: 'ann', room: 'lobby' }], total: 700 },
    event: { type: 'members', room: 'lobby', members: [{ id: 's1', name: 'ann' }], total: 700 },
  },
  userTyping: { payload: { user: 'bob', room: 'lobby' }, event: { type: 'typing', room: 'lobby', user: 'bob', on: true } },
  userStoppedTyping: { payload: { user: 'bob', room: 'lobby' }, event: { type: 'typing', room: 'lobby', user: 'bob', on: false } },
  presence: {
    payload: { room: 'lobby', user: 'bob', status: 'busy', text: 'lunch' },
    event: { type: 'presence', room: 'lobby', user: 'bob', status: 'busy', text: 'lunch' },
  },
  readReceipt: { payload: { room: 'lobby', user: 'bob', seq: 4 }, event: { type: 'receipt', room: 'lobby', user: 'bob', seq: 4 } },
  unread: { payload: { room: 'lobby', count: 3, seq: 9 }, event: { type: 'unread', room: 'lobby', count: 3, seq: 9 } },
  mention: { payload: { room: 'lobby', message: MESSAGE }, event: { type: 'mention', room: 'lobby' } },
  roomUpdated: { payload: { room: { name: 'lobby', description: 'd' } }, event: { type: 'roomUpdated' } },
  kicked: { payload: { room: 'lobby', reason: 'spam' }, event: { type: 'kicked', room: 'lobby', reason: 'spam' } },
  serverShutdown: { payload: { retryAfterMs: 4_000 }, event: { type: 'shutdown', retryAfterMs: 4_000 } },
};

describe.each(SERVER_EVENTS)('%s', (name) => {
  const { payload, event } = GOOD[name];

  it('is read', () => {
    expect(parseServerEvent(name, payload)).toMatchObject(event);
  });

  it('is read all the same when a newer server says more', () => {
    expect(parseServerEvent(name, { ...payload, color: 'blue', nested: { deep: [1] } })).toEqual(parseServerEvent(name, payload));
  });

  it('is nothing without its fields', () => {
    for (const bad of [undefined, null, 'lobby', 7, true, [], [payload]]) expect(parseServerEvent(name, bad)).toBeNull();
    if (name !== 'serverShutdown') expect(parseServerEvent(name, {})).toBeNull();
  });

  it('is nothing without the room that it is about', () => {
    if (name === 'serverShutdown') return;
    for (const room of [undefined, null, 7, {}, ['lobby']]) expect(parseServerEvent(name, { ...payload, room })).toBeNull();
  });
});

describe('what may be missing', () => {
  it('leaves messages out of a history that cannot be read', () => {
    const event = parseServerEvent('messageHistory', { room: 'lobby', messages: [MESSAGE, { id: 'lobby-8' }, null], seq: 8 });
    expect(event).toMatchObject({ type: 'history', seq: 8, hasMore: false });
    expect(event).toHaveProperty('messages.length', 1);
    expect(parseServerEvent('messageHistory', { room: 'lobby' })).toEqual({ type: 'history', room: 'lobby', messages: [], seq: 0, hasMore: false });
  });

  it('takes a message of admin without an id for a notice, and a malformed message for nothing', () => {
    expect(parseServerEvent('message', { user: 'admin', room: 'lobby', text: 'welcome', timestamp: TIMESTAMP })).toEqual({
      type: 'notice', notice: { room: 'lobby', text: 'welcome', timestamp: AT },
    });
    expect(parseServerEvent('message', { ...MESSAGE, user: 'admin', seq: 0 })).toBeNull();
  });

  it('patches where a server does not send the whole message', () => {
    for (const name of ['messageEdited', 'messageDeleted', 'reactionUpdated'] as const) {
      const { message: _, ...rest } = GOOD[name].payload;
      expect(parseServerEvent(name, rest)).toMatchObject({ type: 'changed', message: null, change: GOOD[name].event.change });
    }
  });

  it.each(['id', 'seq'])('does not know what changed without the %s', (field) => {
    for (const name of ['messageEdited', 'messageDeleted', 'reactionUpdated', 'messageConfirmed'] as const) {
      expect(parseServerEvent(name, { ...GOOD[name].payload, [field]: null })).toBeNull();
    }
  });

  it('counts at least the members that it names', () => {
    expect(parseServerEvent('roomData', { room: 'lobby', users: [{ name: 'ann' }, { name: 'bob' }, { name: '' }] })).toMatchObject({ total: 2 });
    expect(parseServerEvent('roomData', { room: 'lobby', users: [{ name: 'ann' }], total: -5 })).toMatchObject({ total: 1 });
  });

  it('does not show a presence that it does not know', () => {
    expect(parseServerEvent('presence', { ...GOOD.presence.payload, status: 'invisible' })).toBeNull();
  });

  it('takes a shutdown that names no time for one that can be tried at once', () => {
    for (const retryAfterMs of [undefined, -1, 'later', Infinity]) expect(parseServerEvent('serverShutdown', { retryAfterMs })).toEqual({ type: 'shutdown', retryAfterMs: 0 });
  });

  it('kicks without a reason', () => {
    expect(parseServerEvent('kicked', { room: 'lobby' })).toEqual({ type: 'kicked', room: 'lobby', reason: '' });
  });

  it('hears of a mention whose message it cannot read', () => {
    expect(parseServerEvent('mention', { room: 'lobby', message: {} })).toEqual({ type: 'mention', room: 'lobby', message: null });
  });
});

const NAMES = [
  'room', 'messages', 'message', 'seq', 'hasMore', 'tempId', 'id', 'timestamp', 'text', 'editedAt', 'deletedAt', 'reactions', 'emoji', 'users', 'user', 'total',
  'name', 'status', 'count', 'reason', 'retryAfterMs',
];

it('never throws, whatever JSON comes as whatever event', () => {
  forSeeds(800, (random) => {
    const payload = randomJson(random, NAMES);
    for (const name of SERVER_EVENTS) {
      const event = parseServerEvent(name, payload);
      // The rest of the client relies on it: an event that is about a room names it.
      if (event !== null && event.type === 'changed') holds(typeof event.room === 'string' && Number.isSafeInteger(event.seq), 'a change is of a room');
    }
  });
}, HISTORIES_MS);
