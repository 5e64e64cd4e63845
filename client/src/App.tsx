/** Picks the page: by who one is, and by the address. */

import { Suspense, useEffect, type ComponentType } from 'react';
import EntrancePage from './features/entrance/EntrancePage';
import RoomsPage from './features/entrance/RoomsPage';
import { SettingsProvider } from './features/settings/context';
import { useLocation } from './hooks/navigation';
import { SessionContext, useIdentity, usePreferences } from './hooks/session';
import { LanguageProvider, useLanguage } from './i18n/context';
import { chooseLanguage } from './i18n/languages';
import type { TextStore } from './i18n/texts';
import { navigate, roomOfPath, roomPath } from './runtime/navigation';
import type { SessionRuntime } from './runtime/session_runtime';
import { applyLanguage, applyTheme } from './shell/appearance';
import { ChatSkeleton } from './shell/ChatSkeleton';
import { ErrorBoundary } from './shell/ErrorBoundary';
import { keepLastRoom, readLastRoom } from './shell/last_room';
import { NotFoundPage } from './shell/NotFoundPage';
import { AnnouncerProvider } from './ui/Announcer';
import { ToastProvider } from './ui/Toast';

export interface AppProps {
  readonly session: SessionRuntime;
  readonly texts: TextStore;
  /** Fetched on demand: it suspends until it is there. */
  readonly Chat: ComponentType<{ room: string | null }>;
  /** Fetches it ahead of time. */
  readonly preloadChat: () => void;
}

export function App({ session, texts, Chat, preloadChat }: AppProps) {
  return (
    <SessionContext.Provider value={session}>
      <LanguageProvider store={texts}>
        <DocumentSettings texts={texts} />
        <AnnouncerProvider>
          <ToastProvider>
            <ErrorBoundary>
              <SettingsProvider>
                <Page Chat={Chat} preloadChat={preloadChat} />
              </SettingsProvider>
            </ErrorBoundary>
          </ToastProvider>
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

function Page({ Chat, preloadChat }: Pick<AppProps, 'Chat' | 'preloadChat'>) {
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

  // The chat is what comes next: fetched while the reader types a name.
  useEffect(() => {
    if (!('requestIdleCallback' in window)) {
      const timer = setTimeout(preloadChat, 1500);
      return () => { clearTimeout(timer); };
    }
    const handle = window.requestIdleCallback(preloadChat, { timeout: 4000 });
    return () => { window.cancelIdleCallback(handle); };
  }, [preloadChat]);

  if (room === null && !home && path !== '/rooms') return <NotFoundPage />;
  if (!signedIn) return <EntrancePage key={room} invitedTo={room} />;
  if (room === null) return home ? null : <RoomsPage />;
  return (
    <Suspense fallback={<ChatSkeleton />}>
      <Chat room={room} />
    </Suspense>
  );
}
