/** Being in rooms: joins them when there is a connection, again after each loss of it, and again where the server does not
 *  know of us any more. */

import type { Failure } from '../protocol/types';
import type { RoomState, RoomsEvent } from '../state/rooms';
import { joinRoom } from './requests';
import type { Transport } from './socket';
import type { Timers } from './timers';

export interface Membership {
  /** The rooms in which the connection of now is. */
  readonly joined: () => ReadonlySet<string>;
  /** `waitedMs`: how long it waited before this try; a further one waits twice as long. */
  readonly join: (room: string, waitedMs?: number) => Promise<void>;
  /** The server says that we are not in a room that we took ourselves to be in. */
  readonly rejoin: (room: string) => void;
  /** Nothing is sent there until we are in it again. */
  readonly outOf: (room: string) => void;
  readonly forget: (room: string) => void;
  readonly connectionLost: () => void;
  /** This page has been in it: there, a name that is "taken" is our own, of a connection that is still dying. */
  readonly remember: (room: string) => void;
}

export interface MembershipParts {
  readonly me: string;
  readonly transport: () => Transport;
  readonly timers: Timers;
  readonly room: (name: string) => RoomState | undefined;
  readonly passwordOf: (room: string) => string | null;
  readonly connected: () => boolean;
  /** Changes with each connection: the answers of an earlier one are not believed. */
  readonly generation: () => number;
  readonly onRooms: (event: RoomsEvent) => void;
  /** `joined` has changed. */
  readonly onChange: () => void;
  readonly onJoined: (room: string) => void;
}

export const REJOIN_MS = 2_000;
const MAX_REJOIN_MS = 20_000;

export function createMembership(parts: MembershipParts): Membership {
  const { timers, onRooms } = parts;
  let joined: ReadonlySet<string> = new Set();
  const wasIn = new Set<string>();
  const timer = (room: string): string => `join ${room}`;

  function isTemporary(room: string, failure: Failure): boolean {
    return failure.code === 'RATE_LIMITED' || failure.code === 'UNAVAILABLE' || failure.code === 'NETWORK' ||
      (failure.code === 'NAME_TAKEN' && wasIn.has(room));
  }
  function joinSoon(room: string, ms: number): void {
    timers.after(timer(room), ms, () => void join(room, ms));
  }
  async function join(room: string, waitedMs = REJOIN_MS / 2): Promise<void> {
    const state = parts.room(room);
    if (state === undefined || !parts.connected()) return;
    const asked = parts.generation();
    onRooms({ type: 'joining', room });
    const answer = await joinRoom(parts.transport(), parts.me, room, parts.passwordOf(room), state.timeline.lastSeq);
    if (asked !== parts.generation() || parts.room(room) === undefined) return;
    if (answer.ok) {
      wasIn.add(room);
      joined = new Set(joined).add(room);
      onRooms({ type: 'joined', room });
      parts.onChange();
      parts.onJoined(room);
    } else if (isTemporary(room, answer.failure)) {
      joinSoon(room, answer.failure.retryAfterMs ?? Math.min(waitedMs * 2, MAX_REJOIN_MS));
    } else {
      onRooms({ type: 'refused', room, failure: answer.failure });
    }
  }
  function outOf(room: string): void {
    joined = new Set([...joined].filter((name) => name !== room));
    parts.onChange();
  }
  return {
    joined: () => joined,
    join,
    rejoin: (room) => {
      if (parts.room(room)?.phase !== 'joined') return;
      outOf(room);
      joinSoon(room, REJOIN_MS);
    },
    outOf,
    forget: (room) => {
      timers.cancel(timer(room));
      wasIn.delete(room);
      outOf(room);
    },
    connectionLost: () => {
      joined = new Set();
      timers.cancelAll((name) => name.startsWith('join '));
    },
    remember: (room) => void wasIn.add(room),
  };
}
