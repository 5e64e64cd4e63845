import { useText } from '../i18n/texts_context';
import styles from './Kbd.module.css';

const APPLE = typeof navigator !== 'undefined' && /Mac|iPhone|iPad/.test(navigator.platform);

const SYMBOLS: Readonly<Record<string, string>> = { Enter: '↵', ArrowUp: '↑', ArrowDown: '↓' };
const APPLE_SYMBOLS: Readonly<Record<string, string>> = { Mod: '⌘', Alt: '⌥', Shift: '⇧' };
const TEXTS: Readonly<Record<string, string>> = { Mod: 'ui-key-control', Shift: 'ui-key-shift', Escape: 'ui-key-escape' };

export interface KbdProps {
  /** Joined with a plus: "Mod+K". Mod is Command on Apple's machines and Control elsewhere. */
  readonly keys: string;
}

/** Keys as they stand on the reader's keyboard. */
export function Kbd({ keys }: KbdProps) {
  const t = useText();
  const nameOf = (key: string): string => {
    const text = TEXTS[key];
    return SYMBOLS[key] ?? (APPLE ? APPLE_SYMBOLS[key] : undefined) ?? (text === undefined ? key : t(text));
  };
  return (
    <kbd className={styles.keys}>
      {keys.split('+').map((key) => <kbd key={key} className={styles.key}>{nameOf(key)}</kbd>)}
    </kbd>
  );
}
