import { useEffect, useState } from 'react';

/** Milliseconds until then, told once a second; 0 when it is over or there is nothing to wait for. */
export function useCountdown(until: number | null): number {
  const [now, setNow] = useState(() => Date.now());
  const left = until === null ? 0 : Math.max(0, until - now);
  const waiting = until !== null;

  useEffect(() => {
    if (!waiting) return;
    const tick = (): void => { setNow(Date.now()); };
    const first = window.setTimeout(tick, 0);
    const timer = window.setInterval(tick, 1000);
    return () => {
      window.clearTimeout(first);
      window.clearInterval(timer);
    };
  }, [waiting, until]);

  return left;
}
