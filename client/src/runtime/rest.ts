/** The REST side of the server, validated. Every failure is a value: what the server refused, or NETWORK. */

import { count, fields, list, parseFailure, parseRoomInfo, parseUser, text } from '../protocol/parse_basics';
import { failed, ok, type Failure, type Result, type RoomInfo, type User } from '../protocol/types';
import type { ServerConfig } from '../state/view';

const TIMEOUT_MS = 15_000;

export interface RestClient {
  readonly login: (username: string, password: string) => Promise<Result<{ user: User; token: string }>>;
  readonly register: (form: { username: string; email: string; password: string }) => Promise<Result<{ user: User; token: string }>>;
  readonly logout: (token: string) => Promise<Result<null>>;
  readonly me: (token: string) => Promise<Result<User>>;
  readonly config: () => Promise<Result<ServerConfig>>;
  readonly rooms: () => Promise<Result<readonly RoomInfo[]>>;
  readonly myRooms: (token: string) => Promise<Result<readonly MyRoom[]>>;
  readonly createRoom: (token: string | null, form: NewRoom) => Promise<Result<RoomInfo>>;
  readonly joinRoom: (token: string | null, roomName: string, password: string) => Promise<Result<null>>;
}

export interface NewRoom {
  readonly name: string;
  readonly description: string;
  readonly isPrivate: boolean;
  readonly password: string;
  /** A guest's name; null for an account. */
  readonly creator: string | null;
}

/** A room that an account is a member of. */
export interface MyRoom {
  readonly room: RoomInfo;
  readonly seq: number;
  readonly readSeq: number;
}

const NETWORK: Failure = { code: 'NETWORK', message: 'The server cannot be reached.', field: null, retryAfterMs: null };
const STRANGE: Failure = { code: 'INTERNAL', message: 'The server gave an answer that this client does not understand.', field: null, retryAfterMs: null };

type Fetch = (path: string, init: RequestInit) => Promise<Response>;

export function createRestClient(fetcher: Fetch = (path, init) => fetch(path, init)): RestClient {
  async function call<T>(method: string, path: string, token: string | null, body: unknown, parse: (answer: unknown) => T | null): Promise<Result<T>> {
    const headers: Record<string, string> = { Accept: 'application/json' };
    if (token !== null) headers.Authorization = `Bearer ${token}`;
    const init: RequestInit = { method, headers, signal: AbortSignal.timeout(TIMEOUT_MS), cache: 'no-store' };
    if (body !== undefined) {
      headers['Content-Type'] = 'application/json';
      init.body = JSON.stringify(body);
    }
    let response: Response;
    let answer: unknown;
    try {
      response = await fetcher(path, init);
      answer = await response.json();
    } catch {
      // No connection, out of time, or no JSON: a proxy that speaks for a server that is away.
      return failed(NETWORK);
    }
    if (!response.ok) return failed(parseFailure(fields(answer)?.error, answer));
    const value = parse(answer);
    return value === null ? failed(STRANGE) : ok(value);
  }

  const session = (answer: unknown) => {
    const f = fields(answer);
    const user = parseUser(f?.user);
    const token = text(f?.token);
    return user === null || token === null ? null : { user, token };
  };
  const none = () => ({ done: true });
  const nothing = async (result: Promise<Result<unknown>>): Promise<Result<null>> => {
    const settled = await result;
    return settled.ok ? ok(null) : settled;
  };

  return {
    login: (username, password) => call('POST', '/api/auth/login', null, { username, password }, session),
    register: ({ username, email, password }) =>
      call('POST', '/api/auth/register', null, email === '' ? { username, password } : { username, email, password }, session),
    logout: (token) => nothing(call('POST', '/api/auth/logout', token, {}, none)),
    me: (token) => call('GET', '/api/users/me', token, undefined, (answer) => parseUser(fields(answer)?.user)),
    config: () => call('GET', '/api/config', null, undefined, (answer) => {
      const f = fields(answer);
      const maxMessageLength = count(f?.maxMessageLength);
      return maxMessageLength === null || maxMessageLength === 0 ? null : { maxMessageLength, guestAccess: f?.guestAccess !== false };
    }),
    rooms: () => call('GET', '/api/rooms', null, undefined, (answer) => {
      const rooms = fields(answer)?.rooms;
      return Array.isArray(rooms) ? list(rooms, parseRoomInfo) : null;
    }),
    myRooms: (token) => call('GET', '/api/users/me/rooms', token, undefined, (answer) => {
      const rooms = fields(answer)?.rooms;
      return Array.isArray(rooms) ? list(rooms, parseMyRoom) : null;
    }),
    createRoom: (token, form) => call('POST', '/api/rooms/create', token, {
      name: form.name,
      description: form.description,
      isPrivate: form.isPrivate,
      ...(form.isPrivate ? { password: form.password } : {}),
      ...(form.creator === null ? {} : { creator: form.creator }),
    }, (answer) => parseRoomInfo(fields(answer)?.room)),
    joinRoom: (token, roomName, password) => nothing(call('POST', '/api/rooms/join', token, { roomName, password }, none)),
  };
}

function parseMyRoom(value: unknown): MyRoom | null {
  const f = fields(value);
  const room = parseRoomInfo(f?.room);
  if (f === null || room === null || typeof f.seq !== 'number' || typeof f.readSeq !== 'number') return null;
  return { room, seq: f.seq, readSeq: f.readSeq };
}
