/** Hands snapshots to the views: at once for what the person did, and for what came from elsewhere at most once a frame,
 *  so that a burst of a hundred messages is rendered once and not a hundred times. */

import type { Store } from '../state/view';

export interface Publisher<T> {
  readonly store: Store<T>;
  readonly now: () => void;
  readonly soon: () => void;
  readonly stop: () => void;
}

const FRAME_MS = 16;

export function createPublisher<T>(take: () => T): Publisher<T> {
  let current = take();
  let timer: number | null = null;
  let last = 0;
  const listeners = new Set<() => void>();

  function now(): void {
    if (timer !== null) window.clearTimeout(timer);
    timer = null;
    last = performance.now();
    const next = take();
    if (next === current) return;
    current = next;
    for (const listener of [...listeners]) listener();
  }
  return {
    store: {
      get: () => current,
      subscribe: (listener) => {
        listeners.add(listener);
        return () => void listeners.delete(listener);
      },
    },
    now,
    // A timer and not an animation frame: a hidden tab has none, and its title and notifications go on.
    soon: () => {
      timer ??= window.setTimeout(now, Math.max(0, FRAME_MS - (performance.now() - last)));
    },
    stop: () => {
      if (timer !== null) window.clearTimeout(timer);
      timer = null;
    },
  };
}
