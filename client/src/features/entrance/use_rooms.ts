import { useCallback, useEffect, useRef, useState } from 'react';
import { useSessionActions } from '../../hooks/session';
import type { Failure, RoomInfo } from '../../protocol/types';

export interface Rooms {
  /** null until they came for the first time. */
  readonly rooms: readonly RoomInfo[] | null;
  /** Why the last try failed; what came before stays. */
  readonly failure: Failure | null;
  readonly loading: boolean;
  /** True when it worked. */
  readonly refresh: () => Promise<boolean>;
}

/** After this long away the list is asked for again by itself. */
const STALE_MS = 30_000;

export function useRooms(): Rooms {
  const { listRooms } = useSessionActions();
  const [rooms, setRooms] = useState<readonly RoomInfo[] | null>(null);
  const [failure, setFailure] = useState<Failure | null>(null);
  const [loading, setLoading] = useState(true);
  const latest = useRef(0);
  const loadedAt = useRef(0);

  const ask = useCallback((): Promise<boolean> => {
    const turn = ++latest.current;
    return listRooms().then((result) => {
      // A slow answer must not replace a newer one.
      if (turn !== latest.current) return result.ok;
      setLoading(false);
      setFailure(result.ok ? null : result.failure);
      if (result.ok) {
        loadedAt.current = Date.now();
        setRooms(inOrder(result.value));
      }
      return result.ok;
    });
  }, [listRooms]);

  const refresh = useCallback(() => {
    setLoading(true);
    return ask();
  }, [ask]);

  useEffect(() => {
    void ask();
    const shown = (): void => {
      if (document.visibilityState === 'visible' && Date.now() - loadedAt.current > STALE_MS) void ask();
    };
    const online = (): void => { void ask(); };
    document.addEventListener('visibilitychange', shown);
    window.addEventListener('online', online);
    return () => {
      document.removeEventListener('visibilitychange', shown);
      window.removeEventListener('online', online);
    };
  }, [ask]);

  return { rooms, failure, loading, refresh };
}

/** The lively ones first. */
function inOrder(rooms: readonly RoomInfo[]): readonly RoomInfo[] {
  return [...rooms].sort((a, b) => b.memberCount - a.memberCount || a.name.localeCompare(b.name));
}

/** Those with every word of the query in their name or description; a name that begins with it comes first. */
export function matching(rooms: readonly RoomInfo[], query: string): readonly RoomInfo[] {
  const words = query.normalize('NFC').toLowerCase().replace(/^\s*#/, '').split(/\s+/).filter((word) => word !== '');
  const [first] = words;
  if (first === undefined) return rooms;
  const found = rooms.filter(({ name, description }) => {
    const text = `${name} ${description.toLowerCase()}`;
    return words.every((word) => text.includes(word));
  });
  const begins = (room: RoomInfo): number => (room.name.startsWith(first) ? 0 : 1);
  return found.sort((a, b) => begins(a) - begins(b));
}
