import { act, render, screen } from '@testing-library/react';
import { StrictMode } from 'react';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { chatOf } from '../runtime/chat_manager';
import type { ChatRuntime } from '../runtime/chat_runtime';
import { createRestClient } from '../runtime/rest';
import { createSessionRuntime } from '../runtime/session_runtime';
import { createStore } from '../runtime/store';
import { nameOf, type ChatView, type Identity } from '../state/view';
import { useRoomList } from './chat';
import { ChatProvider } from './chat_provider';
import { SessionContext } from './session';

vi.mock('../runtime/chat_manager', () => ({ chatOf: vi.fn() }));

/** A chat whose only room is called after who is signed in. */
function chatFor(identity: Identity): ChatRuntime {
  const view: ChatView = {
    connection: { status: 'CONNECTED', since: 1 }, summaries: [{ name: `room of ${nameOf(identity)}`, isPrivate: false, unread: 0, mentions: 0, phase: 'joined' }], rooms: {},
  };
  return { store: createStore(view), actions: {} as ChatRuntime['actions'], stop: vi.fn() };
}
function Rooms() {
  return <p>{useRoomList().map(({ name }) => name).join()}</p>;
}

beforeEach(() => window.localStorage.clear());

describe('the provider of the chat', () => {
  it('waits until there is one, and gives that of whoever is signed in', async () => {
    vi.mocked(chatOf).mockImplementation((_, identity) => Promise.resolve(chatFor(identity)));
    const session = createSessionRuntime(createRestClient(() => Promise.reject(new Error('away'))));
    render(
      <StrictMode>
        <SessionContext.Provider value={session}>
          <ChatProvider waiting={<p>one moment</p>}><Rooms /></ChatProvider>
        </SessionContext.Provider>
      </StrictMode>,
    );
    expect(screen.getByText('one moment')).toBeInTheDocument();
    await act(async () => void (await session.actions.continueAsGuest('ann')));
    expect(screen.getByText('room of ann')).toBeInTheDocument();
    await act(async () => void (await session.actions.continueAsGuest('bob')));
    expect(screen.getByText('room of bob')).toBeInTheDocument();
    await act(() => session.actions.signOut());
    expect(screen.getByText('one moment')).toBeInTheDocument();
  });

  it('does not show the chat of somebody who has gone before it was ready', async () => {
    let ready: (chat: ChatRuntime) => void = () => undefined;
    vi.mocked(chatOf).mockImplementation(() => new Promise((resolve) => (ready = resolve)));
    const session = createSessionRuntime(createRestClient(() => Promise.reject(new Error('away'))));
    await session.actions.continueAsGuest('ann');
    render(<SessionContext.Provider value={session}><ChatProvider waiting={<p>one moment</p>}><Rooms /></ChatProvider></SessionContext.Provider>);
    await act(() => session.actions.signOut());
    await act(async () => ready(chatFor({ kind: 'guest', name: 'ann' })));
    expect(screen.getByText('one moment')).toBeInTheDocument();
  });
});
