/** Timers by name: a later one replaces an earlier one of the same name. */

export interface Timers {
  readonly after: (name: string, ms: number, run: () => void) => void;
  readonly waiting: (name: string) => boolean;
  readonly cancel: (name: string) => void;
  /** Those whose names `which` accepts. */
  readonly cancelAll: (which?: (name: string) => boolean) => void;
}

const LONGEST_MS = 2 ** 31 - 1;

export function createTimers(): Timers {
  const timers = new Map<string, number>();
  function cancel(name: string): void {
    const timer = timers.get(name);
    if (timer !== undefined) window.clearTimeout(timer);
    timers.delete(name);
  }
  return {
    after: (name, ms, run) => {
      cancel(name);
      timers.set(name, window.setTimeout(() => {
        timers.delete(name);
        run();
      }, Math.max(0, Math.min(ms, LONGEST_MS))));
    },
    waiting: (name) => timers.has(name),
    cancel,
    cancelAll: (which = () => true) => {
      for (const name of [...timers.keys()]) if (which(name)) cancel(name);
    },
  };
}
