import { beforeEach, describe, expect, it, vi } from 'vitest';
import { createRestClient } from './rest';
import { createSessionRuntime, normaliseName, type SessionRuntime } from './session_runtime';

const USER = { username: 'ann', email: '', avatar: '', createdAt: '2026-11-23T10:00:00.000Z' };
const ROOM = { name: 'attic', description: '', creator: 'ann', isPrivate: true, memberCount: 1, createdAt: '2026-11-23T10:00:00.000Z' };

type Answers = Partial<Record<string, readonly [status: number, answer: unknown]>>;

function sessionWith(answers: Answers = {}): { session: SessionRuntime; asked: [path: string, body: unknown][] } {
  const asked: [string, unknown][] = [];
  const rest = createRestClient((path, init) => {
    asked.push([path, typeof init.body === 'string' ? JSON.parse(init.body) : null]);
    const [status, answer] = answers[path] ?? [503, { error: 'Away.', code: 'UNAVAILABLE' }];
    return Promise.resolve(new Response(JSON.stringify(answer), { status }));
  });
  return { session: createSessionRuntime(rest), asked: asked };
}
const SIGNED_IN: Answers = { '/api/auth/login': [200, { user: USER, token: 'secret' }], '/api/auth/register': [201, { user: USER, token: 'secret' }], '/api/auth/logout': [200, { ok: true }] };
const ACCOUNT = { kind: 'account', token: 'secret', user: { username: 'ann', email: null, avatar: null, createdAt: Date.UTC(2026, 10, 23, 10) } };

beforeEach(() => {
  window.localStorage.clear();
  window.sessionStorage.clear();
});

describe('signing in', () => {
  it('makes one somebody, and is remembered', async () => {
    const { session, asked } = sessionWith(SIGNED_IN);
    const heard = vi.fn();
    session.identity.subscribe(heard);
    expect(session.identity.get()).toBeNull();
    expect(await session.actions.signIn('  Ann ', 'password')).toEqual({ ok: true, value: ACCOUNT });
    expect(session.identity.get()).toEqual(ACCOUNT);
    expect(heard).toHaveBeenCalledTimes(1);
    expect(asked).toContainEqual(['/api/auth/login', { username: 'ann', password: 'password' }]);
    expect(sessionWith().session.identity.get()).toEqual(ACCOUNT);
  });

  it('changes nothing when it is refused', async () => {
    const { session } = sessionWith({ '/api/auth/login': [401, { error: 'Wrong.', code: 'AUTH_FAILED' }] });
    expect(await session.actions.signIn('ann', 'wrong')).toMatchObject({ ok: false, failure: { code: 'AUTH_FAILED' } });
    expect(session.identity.get()).toBeNull();
    expect(window.localStorage.getItem('chillin.identity')).toBeNull();
  });

  it('registers', async () => {
    const { session, asked } = sessionWith(SIGNED_IN);
    expect(await session.actions.register({ username: 'Ann', email: ' a@b.example ', password: 'password' })).toMatchObject({ ok: true });
    expect(asked).toContainEqual(['/api/auth/register', { username: 'ann', email: 'a@b.example', password: 'password' }]);
    expect(session.identity.get()).toEqual(ACCOUNT);
  });
});

describe('a guest', () => {
  it('has a name of one to twenty characters', async () => {
    const { session } = sessionWith();
    expect(await session.actions.continueAsGuest(' Bob ')).toEqual({ ok: true, value: { kind: 'guest', name: 'bob' } });
    expect(await session.actions.continueAsGuest('😀'.repeat(20))).toMatchObject({ ok: true });
    expect(sessionWith().session.identity.get()).toEqual({ kind: 'guest', name: '😀'.repeat(20) });
    for (const name of ['', '   ', 'x'.repeat(21)]) {
      expect(await session.actions.continueAsGuest(name)).toMatchObject({ ok: false, failure: { code: 'INVALID_PAYLOAD', field: 'name' } });
    }
  });

  it('opens a private room by a password that goes with each join, not by a membership', async () => {
    const { session } = sessionWith({ '/api/rooms/join': [401, { error: 'Sign in.', code: 'AUTH_REQUIRED' }] });
    await session.actions.continueAsGuest('bob');
    expect(await session.actions.unlockRoom('attic', 'password')).toEqual({ ok: true, value: null });
    expect(session.passwordOf('attic')).toBe('password');
  });

  it('is told when the password is wrong', async () => {
    const { session } = sessionWith({ '/api/rooms/join': [403, { error: 'Wrong.', code: 'ROOM_PASSWORD_WRONG' }] });
    await session.actions.continueAsGuest('bob');
    expect(await session.actions.unlockRoom('attic', 'wrong')).toMatchObject({ ok: false, failure: { code: 'ROOM_PASSWORD_WRONG' } });
    expect(session.passwordOf('attic')).toBeNull();
  });
});

describe('signing out', () => {
  it('happens at once, whatever the network does', async () => {
    const { session, asked } = sessionWith({ ...SIGNED_IN, '/api/auth/logout': [503, {}] });
    await session.actions.signIn('ann', 'password');
    session.keepPassword('attic', 'password');
    const done = session.actions.signOut();
    expect(session.identity.get()).toBeNull();
    expect(window.localStorage.getItem('chillin.identity')).toBeNull();
    expect(session.passwordOf('attic')).toBeNull();
    await done;
    expect(asked.map(([path]) => path)).toContain('/api/auth/logout');
  });

  it('asks the server nothing for a guest', async () => {
    const { session, asked } = sessionWith();
    await session.actions.continueAsGuest('bob');
    await session.actions.signOut();
    expect(asked.map(([path]) => path)).not.toContain('/api/auth/logout');
  });

  it('comes with a session that has expired', async () => {
    const { session } = sessionWith(SIGNED_IN);
    await session.actions.signIn('ann', 'password');
    session.expire();
    expect(session.identity.get()).toBeNull();
    expect(sessionWith().session.identity.get()).toBeNull();
  });
});

describe('another tab', () => {
  function elsewhere(key: string, value: unknown): void {
    window.localStorage.setItem(key, JSON.stringify(value));
    window.dispatchEvent(new StorageEvent('storage', { key }));
  }

  it('signs in and out for all', () => {
    const { session } = sessionWith();
    elsewhere('chillin.identity', { kind: 'guest', name: 'bob' });
    expect(session.identity.get()).toEqual({ kind: 'guest', name: 'bob' });
    window.localStorage.clear();
    window.dispatchEvent(new StorageEvent('storage', { key: null }));
    expect(session.identity.get()).toBeNull();
  });

  it('changes the preferences for all', () => {
    const { session } = sessionWith();
    elsewhere('chillin.preferences', { theme: 'dark', language: 'de', sounds: true, notifications: 'yes' });
    expect(session.preferences.get()).toEqual({ theme: 'dark', language: 'de', sounds: true, notifications: false });
  });
});

describe('what the device kept', () => {
  it.each([
    'null', '{', '[]', '{"kind":"guest"}', '{"kind":"guest","name":""}', '{"kind":"account","token":"x"}', '{"kind":"account","user":{"username":"ann"}}',
    '{"kind":"robot","name":"x"}', '7',
  ])('is nobody if it is %s', (kept) => {
    window.localStorage.setItem('chillin.identity', kept);
    window.localStorage.setItem('chillin.preferences', kept);
    const { session } = sessionWith();
    expect(session.identity.get()).toBeNull();
    expect(session.preferences.get()).toEqual({ theme: 'system', language: null, sounds: false, notifications: false });
  });

  it('is no use where storage is forbidden, and all goes on without', async () => {
    vi.spyOn(Storage.prototype, 'getItem').mockImplementation(() => { throw new DOMException('denied', 'SecurityError'); });
    vi.spyOn(Storage.prototype, 'setItem').mockImplementation(() => { throw new DOMException('full', 'QuotaExceededError'); });
    const { session } = sessionWith();
    await session.actions.continueAsGuest('bob');
    expect(session.identity.get()).toEqual({ kind: 'guest', name: 'bob' });
    session.setPreferences({ theme: 'light' });
    expect(session.preferences.get().theme).toBe('light');
  });
});

describe('preferences', () => {
  it('are changed one by one, and kept', () => {
    const { session } = sessionWith();
    session.setPreferences({ theme: 'dark' });
    session.setPreferences({ sounds: true });
    expect(session.preferences.get()).toEqual({ theme: 'dark', language: null, sounds: true, notifications: false });
    expect(sessionWith().session.preferences.get()).toEqual(session.preferences.get());
  });
});

describe('rooms', () => {
  it('are created in the name of a guest, with the password kept for the join', async () => {
    const { session, asked } = sessionWith({ '/api/rooms/create': [201, { room: ROOM }] });
    await session.actions.continueAsGuest('bob');
    const form = { name: ' Attic ', description: ' old things ', isPrivate: true, password: 'password' };
    expect(await session.actions.createRoom(form)).toMatchObject({ ok: true, value: { name: 'attic' } });
    expect(asked.at(-1)).toEqual(['/api/rooms/create', { name: 'attic', description: 'old things', isPrivate: true, password: 'password', creator: 'bob' }]);
    expect(session.passwordOf('attic')).toBe('password');
  });

  it.each(['constructor', '__proto__'])('keep the password of a room called %s', (room) => {
    const { session } = sessionWith();
    expect(session.passwordOf(room)).toBeNull();
    session.keepPassword(room, 'password');
    session.keepPassword('attic', 'other');
    expect(session.passwordOf(room)).toBe('password');
  });

  it('are listed', async () => {
    const { session } = sessionWith({ '/api/rooms': [200, { rooms: [ROOM] }] });
    expect(await session.actions.listRooms()).toMatchObject({ ok: true, value: [{ name: 'attic', isPrivate: true }] });
  });
});

describe('the limits of the server', () => {
  it('are the usual ones until it has answered', async () => {
    const { session } = sessionWith({ '/api/config': [200, { guestAccess: false, maxMessageLength: 2_000 }] });
    expect(session.config.get()).toEqual({ guestAccess: true, maxMessageLength: 500 });
    await vi.waitFor(() => expect(session.config.get()).toEqual({ guestAccess: false, maxMessageLength: 2_000 }));
  });

  it('stay the usual ones when it does not', async () => {
    const { session } = sessionWith();
    await Promise.resolve();
    expect(session.config.get()).toEqual({ guestAccess: true, maxMessageLength: 500 });
  });
});

it('writes names as the server does', () => {
  expect(normaliseName('  Zoe\u0308 ')).toBe('zo\u00eb');
});
