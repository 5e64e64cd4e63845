/** A block of code: plain at once, in colour as soon as the highlighter is here; the same size in both. */

import { useEffect, useState, type ReactElement, type ReactNode } from 'react';
import { useText } from '../../../i18n/context';
import { useAnnounce } from '../../../ui/Announcer';
import { copyText } from '../../../ui/copy_text';
import { IconButton } from '../../../ui/IconButton';
import { CopyIcon } from '../../../ui/icons';
import styles from './CodeBlock.module.css';

function useHighlighted(language: string, code: string): ReactNode {
  const [highlighted, setHighlighted] = useState<ReactNode>(null);
  useEffect(() => {
    if (language === '') return undefined;
    let gone = false;
    import('./highlight').then(
      ({ highlight }) => {
        if (!gone) setHighlighted(highlight(language, code));
      },
      () => undefined, // offline: it stays plain
    );
    return () => {
      gone = true;
    };
  }, [language, code]);
  return highlighted;
}

export function CodeBlock({ language, code }: { language: string; code: string }): ReactElement {
  const t = useText();
  const announce = useAnnounce();
  const highlighted = useHighlighted(language, code);
  const copy = (): void => {
    void copyText(code).then((copied) => announce(t(copied ? 'chat-copied' : 'chat-copy-failed')));
  };
  return (
    <div className={styles.block}>
      {/* Reachable by keyboard, because it may have to be scrolled sideways. */}
      <pre className={styles.code} dir="ltr" tabIndex={0}><code>{highlighted ?? code}</code></pre>
      <IconButton className={styles.copy} label={t('chat-copy-code')} icon={<CopyIcon size={16} />} size="small" onClick={copy} />
    </div>
  );
}
