import { useSyncExternalStore } from 'react';
import type { Store } from '../../state/view';

/** One column: sidebar and members come as drawers. The style sheets repeat the number. */
export const NARROW = '(max-width: 719px)';
/** No room for a third column: the members come as a drawer. */
export const TWO_COLUMNS = '(max-width: 1099px)';

const stores = new Map<string, Store<boolean>>();

/** One for each query, which remembers the answer: asking the browser makes it lay the page out first. */
function storeOf(query: string): Store<boolean> {
  const known = stores.get(query);
  if (known !== undefined) return known;
  let matches: boolean | null = null;
  const listeners = new Set<() => void>();
  const list = window.matchMedia(query);
  const store: Store<boolean> = {
    get: () => (matches ??= list.matches),
    subscribe: (changed) => {
      listeners.add(changed);
      return () => void listeners.delete(changed);
    },
  };
  list.addEventListener('change', (event) => {
    matches = event.matches;
    for (const changed of listeners) changed();
  });
  stores.set(query, store);
  return store;
}

export function useMediaQuery(query: string): boolean {
  const store = storeOf(query);
  return useSyncExternalStore(store.subscribe, store.get);
}

/** For tests, which put another screen under the same page. */
export const forgetMediaQueries = (): void => stores.clear();
