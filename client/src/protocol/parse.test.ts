import { describe, expect, it } from 'vitest';
import { randomJson } from '../testing/json';
import { HISTORIES_MS, forSeeds, holds } from '../testing/random';
import {
  count, fields, list, parseFailure, parseMember, parseMessage, parseNotice, parsePresence, parseReactions, parseRoomInfo, parseUser, text, time,
} from './parse';
import { ERROR_CODES } from './types';

const WIRE_MESSAGE = {
  id: 'lobby-7', room: 'lobby', seq: 7, user: 'ann', text: 'hello', timestamp: '2026-11-23T10:00:00.250Z',
};
const AT = Date.UTC(2026, 10, 23, 10, 0, 0, 250);

describe('the small parsers', () => {
  it('take objects for fields, and neither null nor lists', () => {
    expect(fields({ a: 1 })).toEqual({ a: 1 });
    for (const other of [null, undefined, [], 'text', 1, true]) expect(fields(other)).toBeNull();
  });

  it('take strings for text, the empty one as well', () => {
    expect(text('')).toBe('');
    for (const other of [null, 1, {}, []]) expect(text(other)).toBeNull();
  });

  it('count whole numbers from zero, as far as they are exact', () => {
    for (const good of [0, 1, Number.MAX_SAFE_INTEGER]) expect(count(good)).toBe(good);
    for (const bad of [-1, 0.5, NaN, Infinity, Number.MAX_SAFE_INTEGER + 1, '1', null]) expect(count(bad)).toBeNull();
  });

  it('read times of ISO 8601 into milliseconds', () => {
    expect(time('2026-11-23T10:00:00.250Z')).toBe(AT);
    for (const bad of ['', 'soon', '2026-99-99T00:00:00Z', 0, null, {}]) expect(time(bad)).toBeNull();
  });

  it('leave out of a list what cannot be read, and take no list for none', () => {
    expect(list(['a', 1, 'b', null], text)).toEqual(['a', 'b']);
    for (const bad of [null, {}, 'ab', 3]) expect(list(bad, text)).toEqual([]);
  });
});

describe('parseMessage', () => {
  it('reads the least that a message is', () => {
    expect(parseMessage(WIRE_MESSAGE)).toEqual({
      id: 'lobby-7', room: 'lobby', seq: 7, changeSeq: 7, user: 'ann', text: 'hello', timestamp: AT,
      editedAt: null, deletedAt: null, replyTo: null, threadRoot: null, reactions: [], attachments: [], tempId: null,
    });
  });

  it('reads all that a message may have', () => {
    const all = {
      ...WIRE_MESSAGE, changeSeq: 12, editedAt: '2026-11-23T10:00:01.000Z', replyTo: 'lobby-3', threadRoot: 'lobby-1', tempId: 't1',
      reactions: [{ emoji: '👍', users: ['bob', 'eve'] }],
      attachments: [{ id: 'u1', name: 'a.png', type: 'image/png', size: 12, url: '/api/uploads/u1' }],
    };
    expect(parseMessage(all)).toMatchObject({
      changeSeq: 12, editedAt: Date.UTC(2026, 10, 23, 10, 0, 1), replyTo: 'lobby-3', threadRoot: 'lobby-1', tempId: 't1',
      reactions: [{ emoji: '👍', users: ['bob', 'eve'] }],
      attachments: [{ id: 'u1', name: 'a.png', type: 'image/png', size: 12, url: '/api/uploads/u1' }],
    });
  });

  it('reads a deleted message, whose text is empty', () => {
    expect(parseMessage({ ...WIRE_MESSAGE, text: '', deletedAt: '2026-11-23T11:00:00.000Z', changeSeq: 9 })).toMatchObject({ text: '', deletedAt: Date.UTC(2026, 10, 23, 11) });
  });

  it('ignores fields that a newer server added', () => {
    expect(parseMessage({ ...WIRE_MESSAGE, poll: { options: [] }, pinned: true })).toEqual(parseMessage(WIRE_MESSAGE));
  });

  it.each(['id', 'room', 'seq', 'user', 'text', 'timestamp'])('refuses one without a proper %s', (name) => {
    for (const bad of [undefined, null, {}, [], true]) expect(parseMessage({ ...WIRE_MESSAGE, [name]: bad })).toBeNull();
  });

  it('refuses empty names, and seqs that are none', () => {
    for (const name of ['id', 'room', 'user']) expect(parseMessage({ ...WIRE_MESSAGE, [name]: '' })).toBeNull();
    for (const seq of [0, -1, 1.5, '7', 2 ** 53]) expect(parseMessage({ ...WIRE_MESSAGE, seq })).toBeNull();
  });

  it('falls back to nothing where an optional field is malformed', () => {
    const odd = { ...WIRE_MESSAGE, changeSeq: 'x', editedAt: 5, deletedAt: 'never', replyTo: 3, threadRoot: {}, reactions: 'many', attachments: { 0: 1 }, tempId: '' };
    expect(parseMessage(odd)).toEqual(parseMessage(WIRE_MESSAGE));
  });

  it('does not believe in a change before the creation', () => {
    expect(parseMessage({ ...WIRE_MESSAGE, changeSeq: 3 })?.changeSeq).toBe(7);
  });

  it('shares the empty lists, because most messages have nothing else', () => {
    expect(parseMessage(WIRE_MESSAGE)?.reactions).toBe(parseMessage({ ...WIRE_MESSAGE, reactions: [] })?.reactions);
    expect(parseMessage(WIRE_MESSAGE)?.attachments).toBe(parseMessage({ ...WIRE_MESSAGE, attachments: [] })?.attachments);
  });

  it('is not fooled by a field named __proto__', () => {
    const hostile: unknown = JSON.parse(`{"__proto__":${JSON.stringify(WIRE_MESSAGE)}}`);
    expect(parseMessage(hostile)).toBeNull();
    expect(Object.prototype).not.toHaveProperty('seq');
  });

  it.each([
    'https://evil.example/a.png', '//evil.example/a.png', '/\\evil.example/a.png', '\\\\evil.example/a.png', '/\t/evil.example/a.png', '/\n/evil.example/a.png',
    'javascript:alert(1)', 'data:text/html,x', 'a.png', ' /api/uploads/1', '',
  ])('keeps no attachment that lies on another server: %j', (url) => {
    expect(parseMessage({ ...WIRE_MESSAGE, attachments: [{ id: 'u1', url }] })?.attachments).toEqual([]);
  });

  it('keeps every attachment that lies on this one, wherever its address is looked up from', () => {
    for (const url of ['/api/uploads/u1', '/api/uploads/u1?name=a%20b.png', '/a//b', '/api/uploads/ünïcode']) {
      expect(parseMessage({ ...WIRE_MESSAGE, attachments: [{ id: 'u1', url }] })?.attachments).toEqual([
        { id: 'u1', url, name: 'u1', type: 'application/octet-stream', size: 0 },
      ]);
      expect(new URL(url, 'https://chat.example/r/lobby').origin).toBe('https://chat.example');
    }
  });
});

describe('parseReactions', () => {
  it('drops reactions of nobody, without an emoji, or of the wrong shape', () => {
    const good = { emoji: '🎉', users: ['ann'] };
    expect(parseReactions([good, { emoji: '👍', users: [] }, { emoji: '', users: ['ann'] }, { users: ['ann'] }, 5, null, { emoji: 'x', users: 'ann' }])).toEqual([good]);
  });

  it('drops users who are no names', () => {
    expect(parseReactions([{ emoji: '🎉', users: ['ann', 1, '', null] }])).toEqual([{ emoji: '🎉', users: ['ann'] }]);
  });
});

describe('parseNotice', () => {
  const NOTICE = { user: 'admin', room: 'lobby', text: 'bob has joined!', timestamp: '2026-11-23T10:00:00.250Z' };

  it('reads what admin says', () => {
    expect(parseNotice(NOTICE)).toEqual({ room: 'lobby', text: 'bob has joined!', timestamp: AT });
  });

  it('does without room and time, which older servers leave out', () => {
    const before = Date.now();
    const notice = parseNotice({ user: 'admin', text: 'welcome' });
    expect(notice).toMatchObject({ room: null, text: 'welcome' });
    expect(notice?.timestamp).toBeGreaterThanOrEqual(before);
  });

  it('is nobody else, has no id and says something', () => {
    expect(parseNotice({ ...NOTICE, user: 'bob' })).toBeNull();
    expect(parseNotice({ ...NOTICE, id: 'lobby-3' })).toBeNull();
    expect(parseNotice({ ...NOTICE, id: null })).toBeNull();
    expect(parseNotice({ ...NOTICE, text: '' })).toBeNull();
    expect(parseNotice({ ...NOTICE, text: {} })).toBeNull();
  });
});

describe('people and rooms', () => {
  it('reads an account, whatever it has not told of itself', () => {
    expect(parseUser({ username: 'ann', email: 'a@b.example', avatar: '/api/avatars/1', createdAt: '2026-11-23T10:00:00.250Z', role: 'owner' })).toEqual({
      username: 'ann', email: 'a@b.example', avatar: '/api/avatars/1', createdAt: AT,
    });
    expect(parseUser({ username: 'ann', email: '', avatar: null })).toEqual({ username: 'ann', email: null, avatar: null, createdAt: null });
    for (const bad of [null, {}, { username: '' }, { username: 7 }, ['ann']]) expect(parseUser(bad)).toBeNull();
  });

  it('reads a room; only a true is private', () => {
    expect(parseRoomInfo({ name: 'lobby', description: 'd', creator: 'ann', isPrivate: true, memberCount: 3, createdAt: '2026-11-23T10:00:00.250Z' })).toEqual({
      name: 'lobby', description: 'd', creator: 'ann', isPrivate: true, memberCount: 3, createdAt: AT,
    });
    expect(parseRoomInfo({ name: 'lobby', isPrivate: 'yes', memberCount: -4 })).toEqual({
      name: 'lobby', description: '', creator: '', isPrivate: false, memberCount: 0, createdAt: null,
    });
    for (const bad of [null, {}, { name: '' }, { name: [] }]) expect(parseRoomInfo(bad)).toBeNull();
  });

  it('reads a member, by its name if it has no id', () => {
    expect(parseMember({ id: 's1', name: 'ann', room: 'lobby' })).toEqual({ id: 's1', name: 'ann' });
    expect(parseMember({ name: 'ann' })).toEqual({ id: 'ann', name: 'ann' });
    for (const bad of [null, { id: 's1' }, { name: '' }, 'ann']) expect(parseMember(bad)).toBeNull();
  });

  it('knows four kinds of presence', () => {
    for (const known of ['online', 'away', 'busy', 'offline']) expect(parsePresence(known)).toBe(known);
    for (const other of ['Online', 'dnd', '', null, 1, 'constructor']) expect(parsePresence(other)).toBeNull();
  });
});

describe('parseFailure', () => {
  it.each(ERROR_CODES)('knows the code %s', (code) => {
    expect(parseFailure('Sorry.', { code })).toEqual({ code, message: 'Sorry.', field: null, retryAfterMs: null });
  });

  it('tells which field, and how long to wait', () => {
    expect(parseFailure('Slow down.', { code: 'RATE_LIMITED', retryAfterMs: 1_500, field: 'text' })).toEqual({
      code: 'RATE_LIMITED', message: 'Slow down.', field: 'text', retryAfterMs: 1_500,
    });
  });

  it('takes an unknown code of a newer server, or none, for a fault of the server', () => {
    for (const detail of [{ code: 'TEAPOT' }, { code: 'NETWORK' }, { code: ['INTERNAL'] }, {}, null, 'INTERNAL', undefined]) {
      expect(parseFailure('No.', detail).code).toBe('INTERNAL');
    }
  });

  it('says something even when the server does not', () => {
    for (const message of ['', null, undefined, { text: 'x' }, 5]) expect(parseFailure(message, {}).message).not.toBe('');
  });

  it('waits for no time that is none', () => {
    for (const retryAfterMs of [-1, 0.5, 'soon', null]) expect(parseFailure('No.', { code: 'RATE_LIMITED', retryAfterMs }).retryAfterMs).toBeNull();
  });
});

const NAMES = [
  'id', 'room', 'seq', 'changeSeq', 'user', 'text', 'timestamp', 'editedAt', 'deletedAt', 'replyTo', 'threadRoot', 'reactions', 'emoji', 'users', 'attachments',
  'url', 'name', 'type', 'size', 'tempId', 'username', 'email', 'avatar', 'createdAt', 'isPrivate', 'memberCount', 'code', 'field', 'retryAfterMs', 'length',
];

it('never throws, and gives what it promises, whatever JSON comes', () => {
  forSeeds(1_000, (random) => {
    const value = randomJson(random, NAMES);
    const message = parseMessage(value);
    if (message !== null) {
      const { id, seq, changeSeq, timestamp } = message;
      holds(id !== '' && Number.isSafeInteger(seq) && seq > 0 && changeSeq >= seq && Number.isFinite(timestamp), 'a message is whole');
    }
    for (const parse of [parseUser, parseRoomInfo, parseMember, parsePresence, parseNotice, parseReactions, fields, text, count, time]) parse(value);
    parseFailure(value, randomJson(random, NAMES));
  });
}, HISTORIES_MS);
