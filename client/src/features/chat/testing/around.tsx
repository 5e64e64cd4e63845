/** What stands around the chat's components, for tests: texts, announcer, toasts, and a chat and a session of the test's. */

import type { ReactElement, ReactNode } from 'react';
import { vi, type Mock } from 'vitest';
import { ChatContext, type Chat, type ChatView } from '../../../hooks/chat';
import { WithTexts } from '../../../i18n/testing';
import { createStore } from '../../../runtime/store';
import type { ChatActions, RoomSummary, RoomView } from '../../../state/view';
import { AnnouncerProvider } from '../../../ui/Announcer';
import { ToastProvider } from '../../../ui/Toast';

type MockedActions = { readonly [Name in keyof ChatActions]: Mock<ChatActions[Name]> };

export interface FakeChat extends Chat {
  readonly actions: MockedActions;
  readonly set: (change: Partial<ChatView>) => void;
  readonly setRoom: (room: RoomView) => void;
}

const done = () => Promise.resolve({ ok: true, value: null } as const);

export function fakeChat(view: Partial<ChatView> = {}): FakeChat {
  const store = createStore<ChatView>({ connection: { status: 'CONNECTED', since: 0 }, summaries: [], rooms: {}, ...view });
  const actions: MockedActions = {
    retryConnection: vi.fn(), openRoom: vi.fn(), closeRoom: vi.fn(), leaveRoom: vi.fn(), loadOlder: vi.fn(), markRead: vi.fn(), send: vi.fn(() => 'temp-1'), retry: vi.fn(),
    discard: vi.fn(), edit: vi.fn(done), remove: vi.fn(done), react: vi.fn(done), typing: vi.fn(), stopTyping: vi.fn(), setStatus: vi.fn(),
  };
  const set = (change: Partial<ChatView>): void => store.set({ ...store.get(), ...change });
  return { store, actions, set, setRoom: (room) => set({ rooms: { ...store.get().rooms, [room.name]: room } }) };
}

export const summary = (name: string, change: Partial<RoomSummary> = {}): RoomSummary => ({ name, isPrivate: false, unread: 0, mentions: 0, phase: 'joined', ...change });

export function Around({ children, chat }: { children: ReactNode; chat?: Chat }): ReactElement {
  return (
    <WithTexts>
      <AnnouncerProvider>
        <ToastProvider>
          <ChatContext.Provider value={chat ?? fakeChat()}>{children}</ChatContext.Provider>
        </ToastProvider>
      </AnnouncerProvider>
    </WithTexts>
  );
}

/** For `render(…, { wrapper: around(chat) })`. */
export const around = (chat: Chat) => function AroundChat({ children }: { children: ReactNode }): ReactElement {
  return <Around chat={chat}>{children}</Around>;
};
