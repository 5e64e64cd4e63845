/** A session for tests of views: what the server would answer is what the test says. */

import type { ReactNode } from 'react';
import { vi } from 'vitest';
import { SessionContext } from '../hooks/session';
import { WithTexts } from '../i18n/testing';
import { failed, ok, type Failure, type RoomInfo } from '../protocol/types';
import { createRestClient } from '../runtime/rest';
import type { SessionRuntime } from '../runtime/session_runtime';
import { createStore } from '../runtime/store';
import type { Identity, Preferences, ServerConfig, SessionActions } from '../state/view';
import { AnnouncerProvider } from '../ui/Announcer';
import { ToastProvider } from '../ui/Toast';

export const ada: Identity = { kind: 'account', token: 't0ken', user: { username: 'ada', email: 'ada@example.org', avatar: null, createdAt: Date.UTC(2026, 0, 2) } };
export const guest: Identity = { kind: 'guest', name: 'grace' };

export function room(name: string, more: Partial<RoomInfo> = {}): RoomInfo {
  return { name, description: '', creator: 'ada', isPrivate: false, memberCount: 1, createdAt: null, ...more };
}

export function refusal(code: Failure['code'], more: Partial<Failure> = {}): { ok: false; failure: Failure } {
  return failed({ code, message: `The server said ${code}.`, field: null, retryAfterMs: null, ...more }) as { ok: false; failure: Failure };
}

export interface FakeSession {
  readonly session: SessionRuntime;
  readonly actions: { [Name in keyof SessionActions]: ReturnType<typeof vi.fn<SessionActions[Name]>> };
  readonly Around: (props: { children: ReactNode }) => ReactNode;
}

export function fakeSession(given: { identity?: Identity | null; config?: Partial<ServerConfig>; preferences?: Partial<Preferences> } = {}): FakeSession {
  const identity = createStore<Identity | null>(given.identity ?? null);
  const preferences = createStore<Preferences>({ theme: 'system', language: null, sounds: false, notifications: false, ...given.preferences });
  const passwords = new Map<string, string>();
  const become = (next: Identity) => {
    identity.set(next);
    return ok(next);
  };
  const actions = {
    signIn: vi.fn<SessionActions['signIn']>(async () => become(ada)),
    register: vi.fn<SessionActions['register']>(async () => become(ada)),
    continueAsGuest: vi.fn<SessionActions['continueAsGuest']>(async (name) => become({ kind: 'guest', name })),
    signOut: vi.fn<SessionActions['signOut']>(async () => { identity.set(null); }),
    listRooms: vi.fn<SessionActions['listRooms']>(async () => ok([])),
    createRoom: vi.fn<SessionActions['createRoom']>(async (form) => ok(room(form.name, { description: form.description, isPrivate: form.isPrivate }))),
    unlockRoom: vi.fn<SessionActions['unlockRoom']>(async () => ok(null)),
  };
  const session: SessionRuntime = {
    identity,
    actions,
    preferences,
    setPreferences: vi.fn((change: Partial<Preferences>) => { preferences.set({ ...preferences.get(), ...change }); }),
    rest: createRestClient(() => Promise.reject(new Error('a view must not call the server by itself'))),
    config: createStore<ServerConfig>({ guestAccess: true, maxMessageLength: 500, ...given.config }),
    passwordOf: (name) => passwords.get(name) ?? null,
    keepPassword: (name, password) => { passwords.set(name, password); },
    expire: () => { identity.set(null); },
  };
  function Around({ children }: { children: ReactNode }) {
    return (
      <SessionContext.Provider value={session}>
        <WithTexts><AnnouncerProvider><ToastProvider>{children}</ToastProvider></AnnouncerProvider></WithTexts>
      </SessionContext.Provider>
    );
  }
  return { session, actions, Around };
}
