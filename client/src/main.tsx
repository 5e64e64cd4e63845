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

const fetchChat = async () => {
  const [module] = await Promise.all([import('./shell/ChatChunk'), texts.loadPart('chat')]);
  return module;
};
let chat: ReturnType<typeof fetchChat> | null = null;
function loadChat(): ReturnType<typeof fetchChat> {
  chat ??= fetchChat().catch((error: unknown) => {
    // The network may be back when it is asked for again.
    chat = null;
    throw error;
  });
  return chat;
}
const Chat = lazy(loadChat);
const preloadChat = (): void => {
  loadChat().catch(() => undefined);
};

async function start(): Promise<void> {
  const { theme, language } = session.preferences.get();
  applyTheme(theme);
  // Whoever comes back to a room needs the chat now, not when the page is idle.
  if (session.identity.get() !== null && roomOfPath(window.location.pathname) !== null) preloadChat();
  // English is already there; another language is worth a moment, rather than a page that changes under the reader.
  await texts.setLanguage(chooseLanguage(language, navigator.languages)).catch(() => undefined);
  const root = document.getElementById('root');
  if (root === null) throw new Error('index.html has no #root');
  createRoot(root).render(<StrictMode><App session={session} texts={texts} Chat={Chat} preloadChat={preloadChat} /></StrictMode>);
}

void start();
if (import.meta.env.PROD) registerServiceWorker();
