import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { codePoints, newTempId } from './browser';
import { followBrowser, type BrowserEvents } from './browser_events';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('temporary ids', () => {
  it('are short enough for the server, each its own, and in the order of time', () => {
    const ids = Array.from({ length: 1_000 }, () => newTempId());
    expect(new Set(ids).size).toBe(1_000);
    expect(ids.every((id) => /^[0-9a-f]{32}$/.test(id))).toBe(true);
    vi.advanceTimersByTime(1_000);
    const later = newTempId();
    expect(ids.every((id) => id < later)).toBe(true);
  });
});

it('counts characters as the server does', () => {
  expect([codePoints(''), codePoints('abc'), codePoints('😀'), codePoints('👨‍👩‍👧')]).toEqual([0, 3, 1, 5]);
});

describe('what the browser tells', () => {
  function following() {
    const heard: string[] = [];
    const events: BrowserEvents = {
      online: () => heard.push('online'), offline: () => heard.push('offline'), focus: (on) => heard.push(`focus ${on}`), leaving: () => heard.push('leaving'), woke: () => heard.push('woke'),
    };
    vi.spyOn(document, 'hasFocus').mockReturnValue(true);
    const stop = followBrowser(events);
    return { heard, stop };
  }
  function become(state: DocumentVisibilityState): void {
    vi.spyOn(document, 'visibilityState', 'get').mockReturnValue(state);
    document.dispatchEvent(new Event('visibilitychange'));
  }

  it('is the network and the window', () => {
    const { heard, stop } = following();
    expect(heard).toEqual(['focus true']);
    window.dispatchEvent(new Event('offline'));
    window.dispatchEvent(new Event('online'));
    vi.spyOn(document, 'hasFocus').mockReturnValue(false);
    window.dispatchEvent(new Event('blur'));
    expect(heard).toEqual(['focus true', 'offline', 'online', 'focus false']);
    stop();
  });

  it('is that the page may not come back', () => {
    const { heard, stop } = following();
    become('hidden');
    expect(heard).toEqual(['focus true', 'focus false', 'leaving']);
    become('visible');
    window.dispatchEvent(new Event('pagehide'));
    expect(heard.slice(3)).toEqual(['focus true', 'leaving']);
    stop();
  });

  it('is that the machine slept: found out by the next beat, or when the page is looked at', () => {
    const { heard, stop } = following();
    vi.advanceTimersByTime(60_000);
    expect(heard).toEqual(['focus true']);
    vi.setSystemTime(Date.now() + 3_600_000);
    vi.advanceTimersByTime(5_000);
    expect(heard).toEqual(['focus true', 'woke']);
    vi.setSystemTime(Date.now() + 3_600_000);
    become('visible');
    expect(heard.filter((one) => one === 'woke')).toHaveLength(2);
    vi.advanceTimersByTime(60_000);
    expect(heard.filter((one) => one === 'woke')).toHaveLength(2);
    stop();
  });

  it('is that the page came back out of the cache of the back button', () => {
    const { heard, stop } = following();
    window.dispatchEvent(new PageTransitionEvent('pageshow', { persisted: false }));
    expect(heard).not.toContain('woke');
    window.dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }));
    expect(heard).toContain('woke');
    stop();
  });

  it('is nothing any more once nobody follows', () => {
    const { heard, stop } = following();
    stop();
    for (const type of ['online', 'offline', 'focus', 'blur', 'pagehide']) window.dispatchEvent(new Event(type));
    vi.setSystemTime(Date.now() + 3_600_000);
    vi.advanceTimersByTime(60_000);
    become('hidden');
    expect(heard).toEqual(['focus true']);
    expect(vi.getTimerCount()).toBe(0);
  });
});
