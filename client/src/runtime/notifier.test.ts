import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Preferences, Store } from '../state/view';
import { messageOf } from '../testing/messages';
import { locationStore, navigate } from './navigation';
import { createNotifier } from './notifier';

class FakeNotification {
  static permission = 'granted';
  static shown: FakeNotification[] = [];
  onclick: (() => void) | null = null;
  readonly close = vi.fn();
  constructor(readonly title: string, readonly options: NotificationOptions) {
    FakeNotification.shown.push(this);
  }
}
/** As much of Web Audio as two notes need. */
class FakeAudioContext {
  static made = 0;
  readonly currentTime = 0;
  readonly destination = {};
  readonly close = (): Promise<void> => Promise.resolve();
  constructor() {
    ++FakeAudioContext.made;
  }
  private param() {
    return { value: 0, setValueAtTime: vi.fn(), linearRampToValueAtTime: vi.fn(), exponentialRampToValueAtTime: vi.fn() };
  }
  createGain() {
    return { connect: vi.fn(), gain: this.param() };
  }
  createOscillator() {
    return { type: 'sine', frequency: this.param(), connect: vi.fn(), start: vi.fn(), stop: vi.fn() };
  }
}

function preferring(change: Partial<Preferences>): Store<Preferences> {
  const preferences: Preferences = { theme: 'system', language: null, sounds: false, notifications: false, ...change };
  return { get: () => preferences, subscribe: () => () => undefined };
}

beforeEach(() => {
  vi.useFakeTimers();
  FakeNotification.shown = [];
  FakeNotification.permission = 'granted';
  FakeAudioContext.made = 0;
  vi.stubGlobal('Notification', FakeNotification);
  vi.stubGlobal('AudioContext', FakeAudioContext);
  navigate('/');
});
afterEach(() => {
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

describe('telling of a message that nobody saw', () => {
  it('is silent until the person switches it on', () => {
    createNotifier(preferring({})).notify(messageOf(1), true);
    expect(FakeNotification.shown).toEqual([]);
    expect(FakeAudioContext.made).toBe(0);
  });

  it('shows who wrote where, and leads there', () => {
    vi.spyOn(window, 'focus').mockReturnValue();
    createNotifier(preferring({ notifications: true })).notify(messageOf(1, { text: 'hello', user: 'bob', room: 'lobby' }), false);
    const [shown] = FakeNotification.shown;
    expect(shown).toMatchObject({ title: 'bob · #lobby', options: { body: 'hello', tag: 'chillin lobby' } });
    shown?.onclick?.();
    expect(locationStore.get().path).toBe('/r/lobby');
    expect(shown?.close).toHaveBeenCalled();
  });

  it('shortens a long text, and cuts no character in two', () => {
    createNotifier(preferring({ notifications: true })).notify(messageOf(1, { text: '😀'.repeat(200) }), false);
    expect(FakeNotification.shown[0]?.options.body).toBe(`${'😀'.repeat(140)}…`);
  });

  it('does not ask for what was denied, and lives with browsers that have none', () => {
    FakeNotification.permission = 'denied';
    const notifier = createNotifier(preferring({ notifications: true, sounds: true }));
    notifier.notify(messageOf(1), false);
    expect(FakeNotification.shown).toEqual([]);
    vi.stubGlobal('Notification', undefined);
    vi.stubGlobal('AudioContext', undefined);
    vi.advanceTimersByTime(10_000);
    notifier.notify(messageOf(2), false);
    vi.stubGlobal('Notification', Object.assign(() => { throw new TypeError('Illegal constructor'); }, { permission: 'granted' }));
    notifier.notify(messageOf(3), false);
  });

  it('sounds once for a burst', () => {
    const notifier = createNotifier(preferring({ sounds: true }));
    for (let i = 1; i <= 10; ++i) notifier.notify(messageOf(i), i === 5);
    expect(FakeAudioContext.made).toBe(1);
    vi.advanceTimersByTime(3_001);
    notifier.notify(messageOf(11), false);
    expect(FakeAudioContext.made).toBe(2);
  });
});
