/** Keeps the newest messages of each room on the device, soon after they changed. */

import type { CachedRoom, RoomState } from '../state/rooms';
import { newest } from '../state/timeline';
import type { DeviceStore } from './device_store';
import type { Timers } from './timers';

export interface RoomKeeper {
  readonly keepSoon: (room: string) => void;
  /** What still waits is kept now. */
  readonly keepAll: () => void;
  readonly restore: (room: string) => Promise<CachedRoom | null>;
  readonly forget: (room: string) => void;
}

const KEPT_MESSAGES = 60;
const KEEP_AFTER_MS = 1_000;

export function createRoomKeeper(
  author: string, store: DeviceStore, timers: Timers, rooms: () => ReadonlyMap<string, RoomState>,
): RoomKeeper {
  const timer = (room: string): string => `keep ${room}`;
  function keep(room: string): void {
    const state = rooms().get(room);
    if (state === undefined || state.timeline.lastSeq === 0) return;
    // What lies behind a hole is not in the list, and lastSeq stands before it: the next start asks for it.
    const { messages, lastSeq, hasOlder } = newest(state.timeline, KEPT_MESSAGES);
    void store.keepRoom(author, room, { messages, lastSeq, hasOlder, readSeq: state.readSeq, info: state.info }).catch(() => undefined);
  }
  return {
    keepSoon: (room) => {
      if (!timers.waiting(timer(room))) timers.after(timer(room), KEEP_AFTER_MS, () => keep(room));
    },
    keepAll: () => {
      for (const room of rooms().keys()) if (timers.waiting(timer(room))) keep(room);
    },
    restore: (room) => store.room(author, room).catch(() => null),
    forget: (room) => {
      timers.cancel(timer(room));
      void store.forgetRoom(author, room).catch(() => undefined);
    },
  };
}
