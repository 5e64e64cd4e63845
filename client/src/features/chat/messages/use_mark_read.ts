import { useEffect } from 'react';
import { useChatActions } from '../../../hooks/chat';
import type { RoomView } from '../../../state/view';

/** Whether somebody looks at this page. */
const attended = (): boolean => document.visibilityState === 'visible' && document.hasFocus();

/** Marks the room as read while its end is on screen and the window has the focus. */
export function useMarkRead({ name, phase, lastSeq, readSeq, unread }: RoomView, atEnd: boolean): void {
  const { markRead } = useChatActions();
  const due = atEnd && phase === 'joined' && (unread > 0 || readSeq < lastSeq);
  useEffect(() => {
    if (!due) return undefined;
    const check = (): void => {
      if (attended()) markRead(name);
    };
    check();
    window.addEventListener('focus', check);
    document.addEventListener('visibilitychange', check);
    return () => {
      window.removeEventListener('focus', check);
      document.removeEventListener('visibilitychange', check);
    };
  }, [due, lastSeq, markRead, name]);
}
