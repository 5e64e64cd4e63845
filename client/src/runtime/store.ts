import type { Store } from '../state/view';

export interface WritableStore<T> extends Store<T> {
  readonly set: (value: T) => void;
}

/** Listeners are told after each set of another value, in the same turn. */
export function createStore<T>(initial: T): WritableStore<T> {
  let value = initial;
  const listeners = new Set<() => void>();
  return {
    get: () => value,
    set: (next) => {
      if (Object.is(next, value)) return;
      value = next;
      for (const listener of [...listeners]) listener();
    },
    subscribe: (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}
