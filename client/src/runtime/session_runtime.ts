/** Who one is, on this device: signs in and out, remembers it, and keeps the preferences. Made once, at the start; knows
 *  REST but no socket, so that the entrance loads without one. */

import { fields, parseUser, text } from '../protocol/parse_basics';
import { failed, ok, type Failure, type Result, type User } from '../protocol/types';
import type { Identity, Preferences, ServerConfig, SessionActions, Store } from '../state/view';
import { local, perTab, readJson, writeJson } from './device_storage';
import { createRestClient, type RestClient } from './rest';
import { createStore } from './store';

const IDENTITY_KEY = 'chillin.identity';
const PREFERENCES_KEY = 'chillin.preferences';
const PASSWORDS_KEY = 'chillin.room-passwords';

export interface SessionRuntime {
  readonly identity: Store<Identity | null>;
  readonly actions: SessionActions;
  readonly preferences: Store<Preferences>;
  readonly setPreferences: (change: Partial<Preferences>) => void;
  readonly rest: RestClient;
  readonly config: Store<ServerConfig>;
  /** The password that this tab was given for a private room; it dies with the tab. */
  readonly passwordOf: (room: string) => string | null;
  readonly keepPassword: (room: string, password: string) => void;
  /** The server does not know our token any more. */
  readonly expire: () => void;
}

const DEFAULT_PREFERENCES: Preferences = { theme: 'system', language: null, sounds: false, notifications: false };

function parseIdentity(value: unknown): Identity | null {
  const f = fields(value);
  if (f?.kind === 'guest') {
    const name = text(f.name);
    return name === null || name === '' ? null : { kind: 'guest', name };
  }
  const user = parseUser(f?.user);
  const token = text(f?.token);
  return f?.kind === 'account' && user !== null && token !== null ? { kind: 'account', user, token } : null;
}

/** As it is kept: times as the wire has them, because parseUser reads it back. */
function keptIdentity(identity: Identity | null): unknown {
  if (identity === null || identity.kind === 'guest') return identity;
  const { createdAt } = identity.user;
  return { ...identity, user: { ...identity.user, createdAt: createdAt === null ? null : new Date(createdAt).toISOString() } };
}

function parsePreferences(value: unknown): Preferences {
  const f = fields(value);
  return {
    theme: f?.theme === 'light' || f?.theme === 'dark' ? f.theme : 'system',
    language: text(f?.language),
    sounds: f?.sounds === true,
    notifications: f?.notifications === true,
  };
}

/** As the server does it: trimmed, lower-cased, NFC. */
export function normaliseName(name: string): string {
  return name.trim().toLowerCase().normalize('NFC');
}

function wrongField(field: string, message: string): Failure {
  return { code: 'INVALID_PAYLOAD', message, field, retryAfterMs: null };
}

export function createSessionRuntime(rest: RestClient = createRestClient()): SessionRuntime {
  const identity = createStore<Identity | null>(parseIdentity(readJson(local, IDENTITY_KEY)));
  const preferences = createStore<Preferences>({ ...DEFAULT_PREFERENCES, ...parsePreferences(readJson(local, PREFERENCES_KEY)) });

  const config = createStore<ServerConfig>({ guestAccess: true, maxMessageLength: 500 });
  void rest.config().then((answer) => {
    if (answer.ok) config.set(answer.value);
  });

  function become(next: Identity | null): void {
    writeJson(local, IDENTITY_KEY, keptIdentity(next));
    if (next === null) writeJson(perTab, PASSWORDS_KEY, null);
    identity.set(next);
  }

  // Another tab signed in or out, or changed a preference.
  window.addEventListener('storage', (event) => {
    if (event.key === IDENTITY_KEY || event.key === null) identity.set(parseIdentity(readJson(local, IDENTITY_KEY)));
    if (event.key === PREFERENCES_KEY || event.key === null) preferences.set(parsePreferences(readJson(local, PREFERENCES_KEY)));
  });

  const tokenOf = (): string | null => {
    const now = identity.get();
    return now?.kind === 'account' ? now.token : null;
  };

  function passwords(): Readonly<Record<string, unknown>> {
    return fields(readJson(perTab, PASSWORDS_KEY)) ?? {};
  }
  function keepPassword(room: string, password: string): void {
    writeJson(perTab, PASSWORDS_KEY, { ...passwords(), [room]: password });
  }

  function enter(result: Result<{ user: User; token: string }>): Result<Identity> {
    if (!result.ok) return result;
    const account: Identity = { kind: 'account', ...result.value };
    become(account);
    return ok(account);
  }

  const actions: SessionActions = {
    signIn: async (username, password) => enter(await rest.login(normaliseName(username), password)),
    register: async (form) => enter(await rest.register({ ...form, username: normaliseName(form.username), email: form.email.trim() })),
    continueAsGuest: async (name) => {
      const guest = normaliseName(name);
      const length = Array.from(guest).length;
      if (length < 1 || length > 20) return failed(wrongField('name', 'A name has 1 to 20 characters.'));
      const next: Identity = { kind: 'guest', name: guest };
      become(next);
      return ok(next);
    },
    signOut: async () => {
      const token = tokenOf();
      // At once, whatever the network does: whoever signs out on a shared device must be able to rely on it.
      become(null);
      if (token !== null) await rest.logout(token);
    },
    listRooms: () => rest.rooms(),
    createRoom: async (form) => {
      const now = identity.get();
      const room = await rest.createRoom(tokenOf(), {
        ...form, name: normaliseName(form.name), description: form.description.trim(), creator: now?.kind === 'guest' ? now.name : null,
      });
      if (room.ok && form.isPrivate) keepPassword(room.value.name, form.password);
      return room;
    },
    unlockRoom: async (room, password) => {
      const result = await rest.joinRoom(tokenOf(), room, password);
      // A guest is no member; the password goes with each `join`, which is where it is looked at.
      if (!result.ok && !(tokenOf() === null && result.failure.code === 'AUTH_REQUIRED')) return result;
      keepPassword(room, password);
      return ok(null);
    },
  };

  return {
    identity,
    actions,
    preferences,
    setPreferences: (change) => {
      const next = { ...preferences.get(), ...change };
      writeJson(local, PREFERENCES_KEY, next);
      preferences.set(next);
    },
    rest,
    config: { get: config.get, subscribe: config.subscribe },
    passwordOf: (room) => text(passwords()[room]),
    keepPassword,
    expire: () => become(null),
  };
}
