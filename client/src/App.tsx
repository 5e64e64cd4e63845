/** Picks the page: by who one is, and by the address. */

import { Suspense, useEffect, type ComponentType } from 'react';
import EntrancePage from './features/entrance/EntrancePage';
import { useLocation } from './hooks/navigation';
import { SessionContext, useIdentity, usePreferences } from './hooks/session';
import { LanguageProvider, useLanguage } from './i18n/texts_context';
import { chooseLanguage } from './i18n/languages';
import type { TextStore } from './i18n/texts';
import { navigate, roomOfPath, roomPath } from './runtime/navigation';
import type { SessionRuntime } from './runtime/session_runtime';
import { applyLanguage, applyTheme } from './shell/appearance';
import { ErrorBoundary } from './shell/ErrorBoundary';
import { keepLastRoom, readLastRoom } from './shell/last_room';
import { AnnouncerProvider } from './ui/Announcer';

export type InsidePage = { readonly kind: 'rooms' } | { readonly kind: 'room'; readonly room: string } | { readonly kind: 'nothing' };

export interface AppProps {
  readonly session: SessionRuntime;
  readonly texts: TextStore;
  /** What is behind the entrance. Fetched on demand: it suspends until it is there. */
  readonly Inside: ComponentType<{ page: InsidePage }>;
  /** Fetches that ahead of time. */
  readonly preload: () => void;
}

export function App({ session, texts, Inside, preload }: AppProps) {
  return (
    <SessionContext.Provider value={session}>
      <LanguageProvider store={texts}>
        <DocumentSettings texts={texts} />
        <AnnouncerProvider>
          <ErrorBoundary>
            <Page Inside={Inside} preload={preload} />
          </ErrorBoundary>
        </AnnouncerProvider>
      </LanguageProvider>
    </SessionContext.Provider>
  );
}

/** Keeps <html> as the preferences want it. */
function DocumentSettings({ texts }: { texts: TextStore }) {
  const { theme, language: chosen } = usePreferences();
  const language = useLanguage();
  useEffect(() => { applyTheme(theme); }, [theme]);
  useEffect(() => { applyLanguage(language); }, [language]);
  useEffect(() => {
    const wish = (): void => {
      // Without a connection the language stays as it was until the next visit.
      texts.setLanguage(chooseLanguage(chosen, navigator.languages)).catch(() => undefined);
    };
    wish();
    window.addEventListener('languagechange', wish);
    return () => { window.removeEventListener('languagechange', wish); };
  }, [texts, chosen]);
  return null;
}

function Page({ Inside, preload }: Pick<AppProps, 'Inside' | 'preload'>) {
  const identity = useIdentity();
  const { path } = useLocation();
  const room = roomOfPath(path);
  const signedIn = identity !== null;
  const home = path === '/' || path === '/index.html';

  useEffect(() => {
    // The next to sign in on this device should not land in somebody else's room.
    if (!signedIn) keepLastRoom(null);
    else if (room !== null) keepLastRoom(room);
    else if (home) {
      const last = readLastRoom();
      navigate(last === null ? '/rooms' : roomPath(last), { replace: true });
    }
  }, [signedIn, room, home]);

  // Fetched while the reader types a name.
  useEffect(() => {
    if (!('requestIdleCallback' in window)) {
      const timer = setTimeout(preload, 1500);
      return () => { clearTimeout(timer); };
    }
    const handle = window.requestIdleCallback(preload, { timeout: 4000 });
    return () => { window.cancelIdleCallback(handle); };
  }, [preload]);

  const known = home || room !== null || path === '/rooms';
  if (known && !signedIn) return <EntrancePage key={room} invitedTo={room} />;
  // For the moment until the effect above has gone somewhere else.
  if (home) return null;
  return (
    <Suspense fallback={null}>
      <Inside page={!known ? { kind: 'nothing' } : room === null ? { kind: 'rooms' } : { kind: 'room', room }} />
    </Suspense>
  );
}
