import { useEffect, useRef } from 'react';
import { isModKey, takesText } from './keys';

export interface ShortcutHandlers {
  readonly switchRoom: () => void;
  readonly showShortcuts: () => void;
  readonly previousRoom: () => void;
  readonly nextRoom: () => void;
  /** Escape with nothing open that it would close. */
  readonly escape: () => void;
}

/** Something is open that keys belong to: a dialog, a menu, a panel. */
const somethingOpen = (): boolean => document.querySelector('dialog[open], [role="menu"], [data-radix-popper-content-wrapper]') !== null;

/** The shortcuts of the whole page. What has used a key itself has stopped it or prevented its default. */
export function useShortcuts(handlers: ShortcutHandlers): void {
  const latest = useRef(handlers);
  useEffect(() => { latest.current = handlers; });
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent): void => {
      if (event.defaultPrevented || event.isComposing) return;
      const { switchRoom, showShortcuts, previousRoom, nextRoom, escape } = latest.current;
      const run = (handler: () => void): void => {
        event.preventDefault();
        handler();
      };
      if (isModKey(event) && !event.altKey && !event.shiftKey && event.key.toLowerCase() === 'k') return run(switchRoom);
      if (somethingOpen() || event.ctrlKey || event.metaKey) return;
      if (event.altKey) {
        if (event.key === 'ArrowUp') run(previousRoom);
        else if (event.key === 'ArrowDown') run(nextRoom);
      } else if (event.key === 'Escape') run(escape);
      else if (event.key === '?' && !takesText(event.target)) run(showShortcuts);
    };
    window.addEventListener('keydown', onKeyDown);
    return () => window.removeEventListener('keydown', onKeyDown);
  }, []);
}
