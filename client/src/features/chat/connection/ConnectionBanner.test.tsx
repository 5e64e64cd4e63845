import { act, render, screen } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { ConnectionState } from '../../../state/view';
import { Around } from '../testing/around';
import { ConnectionBanner } from './ConnectionBanner';
import { BACK_FOR_MS, SHOW_AFTER_MS } from './use_banner_shown';

const CONNECTED: ConnectionState = { status: 'CONNECTED', since: 0 };
const CONNECTING: ConnectionState = { status: 'CONNECTING', attempt: 1 };
const FAILED: ConnectionState = { status: 'FAILED', attempts: 10, maxAttempts: 10 };
const reconnecting = (change: object = {}): ConnectionState => ({ status: 'RECONNECTING', attempt: 3, maxAttempts: 10, retryAt: null, offline: false, since: 0, ...change });

function setup(state: ConnectionState) {
  const onRetry = vi.fn();
  const draw = (next: ConnectionState) => <ConnectionBanner state={next} onRetry={onRetry} />;
  const { rerender, container } = render(draw(state), { wrapper: Around });
  const status = (): HTMLElement => container.querySelector('[data-state]') as HTMLElement;
  return { onRetry, status, show: (next: ConnectionState) => rerender(draw(next)) };
}
const pass = (ms: number): void => act(() => { vi.advanceTimersByTime(ms); });

beforeEach(() => { vi.useFakeTimers({ now: 1_000_000 }); });
afterEach(() => { vi.useRealTimers(); });

describe('ConnectionBanner', () => {
  it('says nothing while all is well, but its live region is there already', () => {
    const { status } = setup(CONNECTED);
    pass(10_000);
    expect(status()).toHaveAttribute('role', 'status');
    expect(status()).toHaveTextContent('');
    expect(status().dataset).toMatchObject({ state: 'CONNECTED', shown: 'false' });
    expect(screen.queryByRole('button', { name: 'Retry' })).toBeNull();
  });

  it('does not flicker on a blip under a second', () => {
    const { status, show } = setup(CONNECTED);
    show(reconnecting());
    pass(SHOW_AFTER_MS - 1);
    expect(status()).toHaveTextContent('');
    show(CONNECTED);
    pass(60_000);
    expect(status()).toHaveTextContent('');
  });

  it('counts a loss from its beginning, whatever states it goes through', () => {
    const { status, show } = setup(CONNECTED);
    show(reconnecting({ attempt: 1, retryAt: 1_000_500 }));
    pass(600);
    show(reconnecting({ attempt: 1 }));
    pass(400);
    expect(status()).toHaveTextContent('Attempt 1 of 10');
  });

  it('says that it is back, and goes', () => {
    const { status, show } = setup(reconnecting());
    pass(SHOW_AFTER_MS);
    show(CONNECTED);
    expect(status()).toHaveTextContent('Back online');
    expect(status().dataset).toMatchObject({ state: 'CONNECTED', shown: 'true' });
    expect(screen.queryByRole('button', { name: 'Retry' })).toBeNull();
    pass(BACK_FOR_MS);
    expect(status()).toHaveTextContent('');
  });

  it('stays when the connection goes again while it says that it is back', () => {
    const { status, show } = setup(reconnecting());
    pass(SHOW_AFTER_MS);
    show(CONNECTED);
    pass(BACK_FOR_MS - 1);
    show(reconnecting({ attempt: 1 }));
    pass(10_000);
    expect(status()).toHaveTextContent('Attempt 1 of 10');
  });

  it('counts down to the next try, second by second, but not aloud', () => {
    const { status } = setup(reconnecting({ retryAt: 1_000_000 + 4_500 }));
    pass(SHOW_AFTER_MS); // 3.5 s are left
    const spoken = (): string => [...status().querySelectorAll('span')].filter((part) => part.closest('[aria-hidden]') === null).map((part) => part.textContent).join(' ');
    const counted = (): string => status().querySelector('[aria-hidden="true"]:not(svg)')?.textContent ?? '';
    const before = spoken();
    expect(counted()).toBe('next in 4 s');
    pass(500);
    expect(counted()).toBe('next in 3 s');
    pass(1_000);
    expect(counted()).toBe('next in 2 s');
    pass(2_000);
    expect(counted()).toBe('trying now');
    expect(spoken()).toBe(before);
    expect(before).toContain('Attempt 3 of 10');
  });

  it.each<[string, ConnectionState, string]>([
    ['CONNECTING', CONNECTING, 'Connecting'],
    ['RECONNECTING', reconnecting(), 'trying now'],
    ['OFFLINE', reconnecting({ offline: true }), 'You are offline'],
    ['FAILED', FAILED, 'No connection after 10 attempts'],
    ['DISCONNECTED', { status: 'DISCONNECTED', reason: 'auth-failed' }, 'Your session has ended'],
    ['DISCONNECTED', { status: 'DISCONNECTED', reason: 'start' }, 'Not connected'],
    ['DISCONNECTED', { status: 'DISCONNECTED', reason: 'signed-out' }, 'You are signed out'],
  ])('has a look of its own for %s, and Retry', (look, state, text) => {
    const { status, onRetry } = setup(state);
    pass(SHOW_AFTER_MS);
    expect(status()).toHaveTextContent(text);
    expect(status().parentElement).toHaveAttribute('data-look', look);
    act(() => screen.getByRole('button', { name: 'Retry' }).click());
    expect(onRetry).toHaveBeenCalledOnce();
  });
});
