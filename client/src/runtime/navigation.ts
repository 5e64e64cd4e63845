/** Where in the application one is: the path of the address bar, and nothing else. */

import { createStore } from './store';

export interface Location {
  readonly path: string;
}

const location = createStore<Location>({ path: window.location.pathname });
window.addEventListener('popstate', () => location.set({ path: window.location.pathname }));

export const locationStore = { get: location.get, subscribe: location.subscribe };

export function navigate(path: string, options: { replace?: boolean } = {}): void {
  if (path === window.location.pathname) return;
  if (options.replace === true) window.history.replaceState(null, '', path);
  else window.history.pushState(null, '', path);
  location.set({ path });
}

export function roomPath(room: string): string {
  return `/r/${encodeURIComponent(room)}`;
}

/** The room that a path names; null for every other path. */
export function roomOfPath(path: string): string | null {
  const found = /^\/r\/([^/]+)\/?$/.exec(path);
  if (found === null) return null;
  try {
    const room = decodeURIComponent(found[1] as string).trim().toLowerCase().normalize('NFC');
    return room === '' ? null : room;
  } catch {
    return null;
  }
}
