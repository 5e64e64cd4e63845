import { useCallback, useState } from 'react';
import { useIdentity, useSession, useSessionActions } from '../../hooks/session';
import { useText } from '../../i18n/texts_context';
import type { RoomInfo } from '../../protocol/types';
import { navigate, roomPath } from '../../runtime/navigation';
import { useToast } from '../../ui/Toast';
import { problemText } from './problems';

export interface EnterRoom {
  readonly enter: (room: RoomInfo) => void;
  /** The room that is just being asked for. */
  readonly entering: string | null;
  /** The room whose password is wanted. */
  readonly locked: string | null;
  readonly giveUp: () => void;
}

/** A public room opens at once. A private one opens for its members, and asks everybody else for the password. */
export function useEnterRoom(): EnterRoom {
  const t = useText();
  const toast = useToast();
  const identity = useIdentity();
  const { passwordOf } = useSession();
  const { unlockRoom } = useSessionActions();
  const [entering, setEntering] = useState<string | null>(null);
  const [locked, setLocked] = useState<string | null>(null);

  const tryMembership = useCallback(async (name: string) => {
    setEntering(name);
    // Members need no password, and only the server knows who is one.
    const result = await unlockRoom(name, '');
    setEntering(null);
    if (result.ok) {
      navigate(roomPath(name));
      return;
    }
    const { code, message } = result.failure;
    if (code === 'ROOM_PASSWORD_REQUIRED' || code === 'ROOM_PASSWORD_WRONG') {
      setLocked(name);
      return;
    }
    const text = problemText(result.failure);
    toast({ tone: 'problem', text: text === null ? message : t(text) });
  }, [unlockRoom, toast, t]);

  const enter = useCallback((room: RoomInfo) => {
    if (!room.isPrivate) navigate(roomPath(room.name));
    else if (identity?.kind === 'account') void tryMembership(room.name);
    else if ((passwordOf(room.name) ?? '') !== '') navigate(roomPath(room.name));
    else setLocked(room.name);
  }, [identity, passwordOf, tryMembership]);

  const giveUp = useCallback(() => { setLocked(null); }, []);
  return { enter, entering, locked, giveUp };
}
