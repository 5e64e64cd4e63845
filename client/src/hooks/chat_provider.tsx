import { useEffect, useState, type ReactNode } from 'react';
import { chatOf } from '../runtime/chat_manager';
import type { Chat } from '../state/view';
import { ChatContext } from './chat';
import { useIdentity, useSession } from './session';

/** Gives the chat of whoever is signed in to what stands in it; until it is ready (a few milliseconds), `waiting`. */
export function ChatProvider({ children, waiting }: { readonly children: ReactNode; readonly waiting: ReactNode }) {
  const session = useSession();
  const identity = useIdentity();
  const [chat, setChat] = useState<Chat | null>(null);
  useEffect(() => {
    let gone = false;
    if (identity === null) return undefined;
    void chatOf(session, identity).then((ready) => {
      if (!gone) setChat(ready);
    });
    return () => {
      gone = true;
      setChat(null);
    };
  }, [session, identity]);
  return chat === null ? waiting : <ChatContext.Provider value={chat}>{children}</ChatContext.Provider>;
}
