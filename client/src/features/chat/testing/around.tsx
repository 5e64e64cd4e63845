/** What stands around the chat's components, for tests: texts, announcer, toasts, and a chat and a session of the test's. */

import type { ReactElement, ReactNode } from 'react';
import { vi, type Mock } from 'vitest';
import { ChatContext } from '../../../hooks/chat';
import { SessionContext } from '../../../hooks/session';
import { WithTexts } from '../../../i18n/testing';
import type { SessionRuntime } from '../../../runtime/session_runtime';
import { createStore } from '../../../runtime/store';
import type { Chat, ChatActions, ChatView, Identity, RoomSummary, RoomView, SessionActions } from '../../../state/view';
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

export const ANA: Identity = { kind: 'guest', name: 'ana' };

export function fakeSession(identity: Identity | null = ANA): SessionRuntime & { readonly actions: { readonly [Name in keyof SessionActions]: Mock<SessionActions[Name]> } } {
  const refused = { ok: false, failure: { code: 'FORBIDDEN', message: 'not in this test', field: null, retryAfterMs: null } } as const;
  const refuse = () => Promise.resolve(refused);
  const answer = () => Promise.resolve(refused as never);
  return {
    identity: createStore<Identity | null>(identity),
    actions: {
      signIn: vi.fn(refuse), register: vi.fn(refuse), continueAsGuest: vi.fn(refuse), signOut: vi.fn(() => Promise.resolve()), listRooms: vi.fn(refuse),
      createRoom: vi.fn(refuse), unlockRoom: vi.fn(refuse),
    },
    preferences: createStore({ theme: 'system', language: null, sounds: false, notifications: false } as const),
    setPreferences: vi.fn(), rest: { get: answer, post: answer } as never, config: createStore({ guestAccess: true, maxMessageLength: 500 }),
    passwordOf: () => null, keepPassword: vi.fn(), expire: vi.fn(),
  };
}

const usualChat = fakeChat();
const usualSession = fakeSession();

export function Around({ children, chat = usualChat, session = usualSession }: { children: ReactNode; chat?: Chat; session?: SessionRuntime }): ReactElement {
  return (
    <WithTexts>
      <AnnouncerProvider>
        <ToastProvider>
          <SessionContext.Provider value={session}>
            <ChatContext.Provider value={chat}>{children}</ChatContext.Provider>
          </SessionContext.Provider>
        </ToastProvider>
      </AnnouncerProvider>
    </WithTexts>
  );
}

/** For `render(…, { wrapper: around(chat) })`. */
export const around = (chat: Chat, session?: SessionRuntime) => function AroundChat({ children }: { children: ReactNode }): ReactElement {
  return session === undefined ? <Around chat={chat}>{children}</Around> : <Around chat={chat} session={session}>{children}</Around>;
};
