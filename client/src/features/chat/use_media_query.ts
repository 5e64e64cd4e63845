import { useCallback, useSyncExternalStore } from 'react';

/** One column: sidebar and members come as drawers. The style sheets repeat the number. */
export const NARROW = '(max-width: 719px)';
/** No room for a third column: the members come as a drawer. */
export const TWO_COLUMNS = '(max-width: 1099px)';

export function useMediaQuery(query: string): boolean {
  const subscribe = useCallback(
    (changed: () => void) => {
      const list = window.matchMedia(query);
      list.addEventListener('change', changed);
      return () => list.removeEventListener('change', changed);
    },
    [query],
  );
  return useSyncExternalStore(subscribe, () => window.matchMedia(query).matches);
}
