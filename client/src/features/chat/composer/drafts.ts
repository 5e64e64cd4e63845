/** What was typed and not sent, per room and tab. */

const PREFIX = 'chillin.draft.';

export function readDraft(room: string): string {
  try {
    return sessionStorage.getItem(PREFIX + room) ?? '';
  } catch {
    return '';
  }
}

export function keepDraft(room: string, text: string): void {
  try {
    if (text === '') sessionStorage.removeItem(PREFIX + room);
    else sessionStorage.setItem(PREFIX + room, text);
  } catch {
    // Storage that is closed to us: the draft lives as long as the composer does.
  }
}
