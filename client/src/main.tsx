import { lazy, StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './App';
import { chooseLanguage } from './i18n/languages';
import { createTextStore } from './i18n/texts';
import { roomOfPath } from './runtime/navigation';
import { registerServiceWorker } from './runtime/service_worker';
import { createSessionRuntime } from './runtime/session_runtime';
import { applyTheme } from './shell/appearance';
import './ui/tokens.css';
import './ui/base.css';

const session = createSessionRuntime();
const texts = createTextStore(navigator.languages);

/** The same promise each time; after a failure the next call tries again, because the network may be back. */
function once<T>(fetch: () => Promise<T>): () => Promise<T> {
  let kept: Promise<T> | null = null;
  return () => {
    kept ??= fetch().catch((error: unknown) => {
      kept = null;
      throw error;
    });
    return kept;
  };
}

const loadChat = once(async () => {
  const [chunk] = await Promise.all([import('./shell/ChatChunk'), texts.loadPart('chat')]);
  return chunk;
});
const loadInside = once(async () => {
  const [chunk] = await Promise.all([import('./shell/Inside'), texts.loadPart('inside')]);
  return { default: chunk.makeInside(loadChat) };
});
const Inside = lazy(loadInside);
const preload = (): void => {
  // Who needs one of them and does not get it hears about it then.
  loadInside().catch(() => undefined);
  loadChat().catch(() => undefined);
};

async function start(): Promise<void> {
  const { theme, language } = session.preferences.get();
  applyTheme(theme);
  // Whoever comes back to a room needs the chat now, not when the page is idle.
  if (session.identity.get() !== null && roomOfPath(window.location.pathname) !== null) preload();
  // English is already there; another language is worth a moment, rather than a page that changes under the reader.
  await texts.setLanguage(chooseLanguage(language, navigator.languages)).catch(() => undefined);
  const root = document.getElementById('root');
  if (root === null) throw new Error('index.html has no #root');
  createRoot(root).render(<StrictMode><App session={session} texts={texts} Inside={Inside} preload={preload} /></StrictMode>);
}

void start();
if (import.meta.env.PROD) registerServiceWorker();
