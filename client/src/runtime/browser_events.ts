/** What the browser tells of the network, the window and the machine. */

import { wakeDetector } from './browser';

export interface BrowserEvents {
  readonly online: () => void;
  readonly offline: () => void;
  /** Whether the person looks at this window. */
  readonly focus: (on: boolean) => void;
  /** The page may not come back: what is to be kept is kept now. */
  readonly leaving: () => void;
  /** Timers stood still for a while. */
  readonly woke: () => void;
}

/** Tells the focus at once. Returns what ends it. */
export function followBrowser(events: BrowserEvents): () => void {
  const end = new AbortController();
  const listen = (target: EventTarget, type: string, run: () => void): void => target.addEventListener(type, run, { signal: end.signal });
  const focus = (): void => events.focus(document.visibilityState === 'visible' && document.hasFocus());
  listen(window, 'online', events.online);
  listen(window, 'offline', events.offline);
  listen(window, 'focus', focus);
  listen(window, 'blur', focus);
  listen(window, 'pagehide', events.leaving);
  listen(document, 'visibilitychange', () => {
    focus();
    if (document.visibilityState === 'hidden') events.leaving();
  });
  const stopWakeDetector = wakeDetector(events.woke);
  focus();
  return () => {
    end.abort();
    stopWakeDetector();
  };
}
