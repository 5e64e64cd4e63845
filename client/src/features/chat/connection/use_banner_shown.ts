import { useEffect, useState } from 'react';
import type { ConnectionState } from '../../../state/view';

/** A loss shorter than this is nobody's business. */
export const SHOW_AFTER_MS = 1_000;
/** How long "Back online" stays. */
export const BACK_FOR_MS = 2_500;

/** Whether the banner is to be seen: from a second after the connection went until a moment after it came back. */
export function useBannerShown(status: ConnectionState['status']): boolean {
  const [shown, setShown] = useState(false);
  const connected = status === 'CONNECTED';
  useEffect(() => {
    if (connected !== shown) return undefined; // hidden while connected, or shown while not: as it should be
    const timer = setTimeout(() => setShown(!connected), connected ? BACK_FOR_MS : SHOW_AFTER_MS);
    return () => clearTimeout(timer);
  }, [connected, shown]);
  return shown;
}
