/** Small things that the browser gives only in part. */

/** Unique per author for all time. It begins with the time, as a UUID of version 7 does: then the server's index over
 *  these ids grows at one end. randomUUID needs a secure context; a chat on a home network has none. */
export function newTempId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(10));
  const random = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
  return Date.now().toString(16).padStart(12, '0') + random;
}

/** Length as the server counts it. */
export function codePoints(text: string): number {
  let n = 0;
  for (const _ of text) ++n;
  return n;
}

const BEAT_MS = 5_000;
const SLEPT_MS = 20_000;

/** Tells when timers stood still: the machine slept, or the page was frozen or came out of the back-forward cache. */
export function wakeDetector(woke: () => void): () => void {
  let last = Date.now();
  const beat = (): void => {
    const now = Date.now();
    const slept = now - last > SLEPT_MS;
    last = now;
    if (slept) woke();
  };
  const timer = window.setInterval(beat, BEAT_MS);
  const shown = (event: PageTransitionEvent): void => {
    if (event.persisted) woke();
  };
  window.addEventListener('pageshow', shown);
  document.addEventListener('visibilitychange', beat);
  document.addEventListener('resume', beat);
  return () => {
    window.clearInterval(timer);
    window.removeEventListener('pageshow', shown);
    document.removeEventListener('visibilitychange', beat);
    document.removeEventListener('resume', beat);
  };
}
