import { useCallback, useSyncExternalStore } from 'react';

const secondsUntil = (at: number | null): number | null => (at === null ? null : Math.max(0, Math.ceil((at - Date.now()) / 1000)));

/** Whole seconds until `at` (epoch ms), counting down; null for null. */
export function useCountdown(at: number | null): number | null {
  const subscribe = useCallback(
    (changed: () => void) => {
      let timer: ReturnType<typeof setTimeout> | undefined;
      const wait = (): void => {
        const left = at === null ? 0 : at - Date.now();
        if (left <= 0) return;
        // To the moment at which the figure changes, not a second from now: it would drift past one.
        timer = setTimeout(() => {
          changed();
          wait();
        }, left % 1000 || 1000);
      };
      wait();
      return () => clearTimeout(timer);
    },
    [at],
  );
  return useSyncExternalStore(subscribe, () => secondsUntil(at));
}
