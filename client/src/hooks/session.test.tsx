import { act, renderHook } from '@testing-library/react';
import type { ReactNode } from 'react';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { createRestClient } from '../runtime/rest';
import { createSessionRuntime } from '../runtime/session_runtime';
import { navigate } from '../runtime/navigation';
import { useLocation } from './navigation';
import { SessionContext, useIdentity, usePreferences, useServerConfig, useSessionActions, useSetPreferences } from './session';

beforeEach(() => window.localStorage.clear());

function within() {
  const session = createSessionRuntime(createRestClient(() => Promise.resolve(new Response(JSON.stringify({ guestAccess: false, maxMessageLength: 100 })))));
  const wrapper = ({ children }: { readonly children: ReactNode }) => <SessionContext.Provider value={session}>{children}</SessionContext.Provider>;
  return { session, wrapper };
}

describe('the hooks of the session', () => {
  it('say where they belong when they stand elsewhere', () => {
    vi.spyOn(console, 'error').mockReturnValue();
    expect(() => renderHook(() => useIdentity())).toThrow('SessionContext');
  });

  it('know who one is', async () => {
    const { session, wrapper } = within();
    const { result } = renderHook(() => ({ identity: useIdentity(), actions: useSessionActions() }), { wrapper });
    expect(result.current.identity).toBeNull();
    await act(async () => void (await result.current.actions.continueAsGuest('bob')));
    expect(result.current.identity).toEqual({ kind: 'guest', name: 'bob' });
    act(() => session.expire());
    expect(result.current.identity).toBeNull();
  });

  it('know the preferences and change them', () => {
    const { wrapper } = within();
    const { result } = renderHook(() => ({ preferences: usePreferences(), set: useSetPreferences() }), { wrapper });
    act(() => result.current.set({ theme: 'dark' }));
    expect(result.current.preferences.theme).toBe('dark');
  });

  it('know the limits of the server', async () => {
    const { wrapper } = within();
    const { result } = renderHook(() => useServerConfig(), { wrapper });
    await vi.waitFor(() => expect(result.current).toEqual({ guestAccess: false, maxMessageLength: 100 }));
  });
});

it('knows where one is', () => {
  const { result } = renderHook(() => useLocation());
  act(() => navigate('/r/lobby'));
  expect(result.current.path).toBe('/r/lobby');
});
