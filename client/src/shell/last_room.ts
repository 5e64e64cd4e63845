/** The room that was open last on this device: whoever opens the application again is there again. */

const KEY = 'chillin.last-room';

export function readLastRoom(): string | null {
  try {
    return window.localStorage.getItem(KEY);
  } catch {
    return null;
  }
}

export function keepLastRoom(room: string | null): void {
  try {
    if (room === null) window.localStorage.removeItem(KEY);
    else window.localStorage.setItem(KEY, room);
  } catch {
    // Forbidden or full: then the list of rooms comes first.
  }
}
