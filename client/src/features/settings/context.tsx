/** Opening the settings from anywhere. The dialog itself is a chunk of its own: most visits never need it. */

import { createContext, lazy, Suspense, useCallback, useContext, useState, type ReactNode } from 'react';

const SettingsDialog = lazy(() => import('./SettingsDialog'));

const OpenSettingsContext = createContext<() => void>(() => undefined);

export function SettingsProvider({ children }: { children: ReactNode }) {
  const [open, setOpen] = useState(false);
  const show = useCallback(() => { setOpen(true); }, []);
  return (
    <OpenSettingsContext.Provider value={show}>
      {children}
      {open && (
        <Suspense fallback={null}>
          <SettingsDialog onClose={() => { setOpen(false); }} />
        </Suspense>
      )}
    </OpenSettingsContext.Provider>
  );
}

export function useOpenSettings(): () => void {
  return useContext(OpenSettingsContext);
}
