/** How somebody came in last time on this device: the entrance offers it again. Never a password. */

export type Way = 'sign-in' | 'register' | 'guest';
export interface LastVisit {
  readonly way: Way;
  readonly name: string;
}

const KEY = 'chillin.last-visit';

export function readLastVisit(): LastVisit | null {
  try {
    const kept = JSON.parse(window.localStorage.getItem(KEY) ?? 'null') as { way?: unknown; name?: unknown } | null;
    if (typeof kept?.name !== 'string' || (kept.way !== 'sign-in' && kept.way !== 'guest')) return null;
    return { way: kept.way, name: kept.name };
  } catch {
    return null;
  }
}

/** Whoever registered signs in from then on. */
export function keepLastVisit(visit: LastVisit): void {
  try {
    window.localStorage.setItem(KEY, JSON.stringify({ ...visit, way: visit.way === 'guest' ? 'guest' : 'sign-in' }));
  } catch {
    // Forbidden or full: then it is typed again.
  }
}
