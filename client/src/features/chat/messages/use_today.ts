import { useSyncExternalStore } from 'react';

// setTimeout counts in 32 bits, and a machine that slept wakes with its timers late: an hour at most, then another look.
const LOOK_AGAIN_MS = 3_600_000;

const startOfToday = (): number => new Date().setHours(0, 0, 0, 0);
const startOfTomorrow = (): number => new Date(startOfToday()).setHours(24, 0, 0, 0);

function subscribe(changed: () => void): () => void {
  let timer = 0;
  const wait = (): void => {
    timer = window.setTimeout(() => {
      changed();
      wait();
    }, Math.min(startOfTomorrow() - Date.now() + 50, LOOK_AGAIN_MS));
  };
  wait();
  return () => window.clearTimeout(timer);
}

/** The start of the reader's day; changes at midnight, so that "today" becomes "yesterday" in a page left open. */
export function useToday(): number {
  return useSyncExternalStore(subscribe, startOfToday);
}
