import { describe, expect, it } from 'vitest';
import { createRestClient } from './rest';

const USER = { username: 'ann', email: 'a@b.example', avatar: '', createdAt: '2026-11-23T10:00:00.000Z' };
const ROOM = { name: 'lobby', description: '', creator: 'ann', isPrivate: false, memberCount: 2, createdAt: '2026-11-23T10:00:00.000Z' };

interface Call {
  readonly method: string;
  readonly path: string;
  readonly body: unknown;
  readonly authorization: string | null;
}

/** A server that gives one answer, and what it was asked. */
function serverWith(status: number, answer: unknown) {
  const calls: Call[] = [];
  const rest = createRestClient((path, init) => {
    const headers = new Headers(init.headers);
    calls.push({
      method: init.method ?? 'GET', path, authorization: headers.get('authorization'), body: typeof init.body === 'string' ? (JSON.parse(init.body) as unknown) : undefined,
    });
    expect(init.signal).toBeInstanceOf(AbortSignal);
    expect(headers.has('content-type')).toBe(init.body !== undefined);
    return Promise.resolve(new Response(typeof answer === 'string' ? answer : JSON.stringify(answer), { status }));
  });
  return { rest, calls };
}

describe('what is asked', () => {
  it('is what the server documents', async () => {
    const { rest, calls } = serverWith(200, { user: USER, token: 'secret', room: ROOM, rooms: [] });
    await rest.login('ann', 'password');
    await rest.register({ username: 'ann', email: 'a@b.example', password: 'password' });
    await rest.register({ username: 'ann', email: '', password: 'password' });
    await rest.logout('secret');
    await rest.me('secret');
    await rest.rooms();
    await rest.myRooms('secret');
    await rest.createRoom('secret', { name: 'lobby', description: 'd', isPrivate: true, password: 'password', creator: null });
    await rest.createRoom(null, { name: 'lobby', description: '', isPrivate: false, password: 'ignored', creator: 'bob' });
    await rest.joinRoom('secret', 'lobby', 'password');
    await rest.config();
    expect(calls).toEqual([
      { method: 'POST', path: '/api/auth/login', authorization: null, body: { username: 'ann', password: 'password' } },
      { method: 'POST', path: '/api/auth/register', authorization: null, body: { username: 'ann', email: 'a@b.example', password: 'password' } },
      { method: 'POST', path: '/api/auth/register', authorization: null, body: { username: 'ann', password: 'password' } },
      { method: 'POST', path: '/api/auth/logout', authorization: 'Bearer secret', body: {} },
      { method: 'GET', path: '/api/users/me', authorization: 'Bearer secret', body: undefined },
      { method: 'GET', path: '/api/rooms', authorization: null, body: undefined },
      { method: 'GET', path: '/api/users/me/rooms', authorization: 'Bearer secret', body: undefined },
      { method: 'POST', path: '/api/rooms/create', authorization: 'Bearer secret', body: { name: 'lobby', description: 'd', isPrivate: true, password: 'password' } },
      { method: 'POST', path: '/api/rooms/create', authorization: null, body: { name: 'lobby', description: '', isPrivate: false, creator: 'bob' } },
      { method: 'POST', path: '/api/rooms/join', authorization: 'Bearer secret', body: { roomName: 'lobby', password: 'password' } },
      { method: 'GET', path: '/api/config', authorization: null, body: undefined },
    ]);
  });
});

describe('what is answered', () => {
  it('is read', async () => {
    expect(await serverWith(200, { user: USER, token: 'secret' }).rest.login('ann', 'p')).toMatchObject({ ok: true, value: { user: { username: 'ann', avatar: null }, token: 'secret' } });
    expect(await serverWith(200, { user: USER }).rest.me('secret')).toMatchObject({ ok: true, value: { username: 'ann' } });
    expect(await serverWith(200, { rooms: [ROOM, { name: '' }, null] }).rest.rooms()).toMatchObject({ ok: true, value: [{ name: 'lobby' }] });
    expect(await serverWith(200, { rooms: [{ room: ROOM, seq: 7, readSeq: 3 }, { room: ROOM }, { seq: 1, readSeq: 1 }] }).rest.myRooms('secret')).toMatchObject({
      ok: true, value: [{ room: { name: 'lobby' }, seq: 7, readSeq: 3 }],
    });
    expect(await serverWith(201, { room: ROOM }).rest.createRoom('secret', { name: 'lobby', description: '', isPrivate: false, password: '', creator: null })).toMatchObject({ ok: true });
    expect(await serverWith(200, { ok: true }).rest.logout('secret')).toEqual({ ok: true, value: null });
    expect(await serverWith(200, { version: '1', guestAccess: false, maxMessageLength: 2_000 }).rest.config()).toEqual({ ok: true, value: { guestAccess: false, maxMessageLength: 2_000 } });
  });

  it.each([
    ['login', () => serverWith(200, { user: USER }).rest.login('ann', 'p')],
    ['login of nobody', () => serverWith(200, { token: 'secret' }).rest.login('ann', 'p')],
    ['me', () => serverWith(200, {}).rest.me('secret')],
    ['rooms', () => serverWith(200, { rooms: {} }).rest.rooms()],
    ['my rooms', () => serverWith(200, []).rest.myRooms('secret')],
    ['config', () => serverWith(200, { maxMessageLength: 0 }).rest.config()],
  ] as const)('is refused where it makes no sense: %s', async (_, ask) => {
    expect(await ask()).toMatchObject({ ok: false, failure: { code: 'INTERNAL' } });
  });

  it.each([
    [401, { error: 'Wrong name or password.', code: 'AUTH_FAILED' }, { code: 'AUTH_FAILED', message: 'Wrong name or password.' }],
    [409, { error: 'Taken.', code: 'NAME_TAKEN', field: 'username' }, { code: 'NAME_TAKEN', field: 'username' }],
    [429, { error: 'Slow down.', code: 'RATE_LIMITED', retryAfterMs: 2_000 }, { code: 'RATE_LIMITED', retryAfterMs: 2_000 }],
    [500, {}, { code: 'INTERNAL' }],
    [418, 'null', { code: 'INTERNAL' }],
  ])('is a failure of the server: %d', async (status, answer, failure) => {
    expect(await serverWith(status, answer).rest.login('ann', 'p')).toMatchObject({ ok: false, failure });
  });

  it('is a failure of the network when none comes, or when something in between speaks for the server', async () => {
    for (const rest of [
      createRestClient(() => Promise.reject(new TypeError('Failed to fetch'))),
      createRestClient(() => Promise.reject(new DOMException('too late', 'TimeoutError'))),
      serverWith(502, '<html>Bad Gateway</html>').rest,
      serverWith(200, '').rest,
    ]) expect(await rest.rooms()).toMatchObject({ ok: false, failure: { code: 'NETWORK' } });
  });
});
