import { useCallback, useState } from 'react';

const KEY = 'chillin.members';

function readShown(): boolean {
  try {
    return localStorage.getItem(KEY) !== 'hidden';
  } catch {
    return true;
  }
}

/** Whether the members are shown: as a column it is remembered, as a drawer it is shut until somebody opens it. */
export function usePanel(asDrawer: boolean): { shown: boolean; toggle: () => void; hide: () => void } {
  const [column, setColumn] = useState(readShown);
  const [drawer, setDrawer] = useState(false);
  const toggleColumn = (): void => {
    setColumn(!column);
    try {
      localStorage.setItem(KEY, column ? 'hidden' : 'shown');
    } catch {
      // It is remembered until the page closes.
    }
  };
  const hide = useCallback(() => setDrawer(false), []);
  return asDrawer ? { shown: drawer, toggle: () => setDrawer(!drawer), hide } : { shown: column, toggle: toggleColumn, hide };
}
