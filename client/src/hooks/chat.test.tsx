import { act, render, renderHook, screen } from '@testing-library/react';
import { StrictMode, type ReactNode } from 'react';
import { describe, expect, it, vi } from 'vitest';
import { createStore } from '../runtime/store';
import type { Chat, ChatActions, ChatView, RoomView } from '../state/view';
import { ChatContext, useChatActions, useOptimisticMessages, useRoom, useRoomList, useSocketConnection } from './chat';

function roomOf(name: string, unread = 0): RoomView {
  return {
    name, info: null, phase: 'joined', refusal: null, kickedReason: null, rows: [], unreadIndex: -1, hasOlder: false, loadingOlder: false, members: [], memberTotal: 0,
    typing: [], lastSeq: 0, readSeq: 0, unread, mentions: 0,
  };
}
function viewOf(...rooms: readonly RoomView[]): ChatView {
  return {
    connection: { status: 'CONNECTED', since: 1 },
    summaries: rooms.map(({ name, unread, phase }) => ({ name, unread, phase, isPrivate: false, mentions: 0 })),
    rooms: Object.assign(Object.create(null) as Record<string, RoomView>, Object.fromEntries(rooms.map((room) => [room.name, room]))),
  };
}
function chatWith(view: ChatView) {
  const store = createStore(view);
  const actions = { retryConnection: vi.fn(), send: vi.fn(() => 't1'), retry: vi.fn(), discard: vi.fn() } as unknown as ChatActions;
  const chat: Chat = { store, actions };
  const wrapper = ({ children }: { readonly children: ReactNode }) => <StrictMode><ChatContext.Provider value={chat}>{children}</ChatContext.Provider></StrictMode>;
  return { store, actions, wrapper };
}

describe('the hooks of the chat', () => {
  it('say where they belong when they stand elsewhere', () => {
    vi.spyOn(console, 'error').mockReturnValue();
    expect(() => renderHook(() => useChatActions())).toThrow('ChatContext');
  });

  it('give the connection, with a way to try it again', () => {
    const { store, actions, wrapper } = chatWith(viewOf());
    const { result } = renderHook(() => useSocketConnection(), { wrapper });
    const before = result.current;
    expect(before.state).toEqual({ status: 'CONNECTED', since: 1 });
    before.retry();
    expect(actions.retryConnection).toHaveBeenCalled();
    act(() => store.set({ ...store.get() }));
    expect(result.current).toBe(before);
    act(() => store.set({ ...store.get(), connection: { status: 'FAILED', attempts: 10, maxAttempts: 10 } }));
    expect(result.current.state.status).toBe('FAILED');
  });

  it('give the rooms, one or all', () => {
    const { store, wrapper } = chatWith(viewOf(roomOf('lobby')));
    const { result, rerender } = renderHook(({ room }: { room: string | null }) => ({ one: useRoom(room), all: useRoomList() }), { wrapper, initialProps: { room: null as string | null } });
    expect(result.current.one).toBeUndefined();
    rerender({ room: 'lobby' });
    expect(result.current.one?.name).toBe('lobby');
    for (const room of ['garden', 'constructor', '__proto__']) {
      rerender({ room });
      expect(result.current.one).toBeUndefined();
    }
    act(() => store.set(viewOf(roomOf('lobby'), roomOf('__proto__', 3))));
    expect(result.current.one).toMatchObject({ unread: 3 });
    expect(result.current.all.map(({ name }) => name)).toEqual(['lobby', '__proto__']);
  });

  it('render only what changed', () => {
    const lobby = roomOf('lobby');
    const { store, wrapper } = chatWith(viewOf(lobby, roomOf('garden')));
    const rendered = vi.fn();
    function Lobby() {
      rendered();
      return <p>{useRoom('lobby')?.unread}</p>;
    }
    render(<Lobby />, { wrapper });
    rendered.mockClear();
    act(() => store.set(viewOf(lobby, roomOf('garden', 5))));
    expect(rendered).not.toHaveBeenCalled();
    act(() => store.set(viewOf(roomOf('lobby', 2), roomOf('garden', 5))));
    expect(screen.getByText('2')).toBeInTheDocument();
  });

  it('send into their room, and keep their functions', () => {
    const { store, actions, wrapper } = chatWith(viewOf(roomOf('lobby')));
    const { result, rerender } = renderHook(({ room }: { room: string }) => useOptimisticMessages(room), { wrapper, initialProps: { room: 'lobby' } });
    const before = result.current;
    expect(before.send('hello', { replyTo: 'lobby-1' })).toBe('t1');
    expect(actions.send).toHaveBeenCalledWith('lobby', 'hello', { replyTo: 'lobby-1' });
    before.retry('t1');
    before.discard('t2');
    expect(actions.retry).toHaveBeenCalledWith('t1');
    expect(actions.discard).toHaveBeenCalledWith('t2');
    act(() => store.set(viewOf(roomOf('lobby', 1))));
    rerender({ room: 'lobby' });
    expect(result.current).toBe(before);
    rerender({ room: 'garden' });
    result.current.send('hi');
    expect(actions.send).toHaveBeenLastCalledWith('garden', 'hi', undefined);
  });
});
