/** What the chat's views know: snapshots and actions. `<ChatContext.Provider>` stands around the chat page. */

import { createContext, useCallback, useContext, useMemo, useSyncExternalStore } from 'react';
import type { Chat, ChatActions, ChatView, ConnectionState, RoomSummary, RoomView } from '../state/view';

export type { Chat, ChatView };

export const ChatContext = createContext<Chat | null>(null);

function useChat(): Chat {
  const chat = useContext(ChatContext);
  if (chat === null) throw new Error('There is no ChatContext around this component');
  return chat;
}

function useSelected<T>(select: (view: ChatView) => T): T {
  const { store } = useChat();
  return useSyncExternalStore(store.subscribe, () => select(store.get()));
}

export function useChatActions(): ChatActions {
  return useChat().actions;
}

export function useSocketConnection(): { readonly state: ConnectionState; readonly retry: () => void } {
  const state = useSelected((view) => view.connection);
  const retry = useChatActions().retryConnection;
  return useMemo(() => ({ state, retry }), [state, retry]);
}

export function useRoomList(): readonly RoomSummary[] {
  return useSelected((view) => view.summaries);
}

/** undefined until the room is entered. */
export function useRoom(room: string | null): RoomView | undefined {
  return useSelected((view) => (room === null ? undefined : view.rooms[room]));
}

export interface OptimisticMessages {
  /** The row is in the list when this returns; null for a text that is empty or too long. */
  readonly send: (text: string, options?: { replyTo?: string }) => string | null;
  readonly retry: (tempId: string) => void;
  readonly discard: (tempId: string) => void;
}

export function useOptimisticMessages(room: string): OptimisticMessages {
  const actions = useChatActions();
  const send = useCallback((text: string, options?: { replyTo?: string }) => actions.send(room, text, options), [actions, room]);
  return useMemo(() => ({ send, retry: actions.retry, discard: actions.discard }), [actions, send]);
}
