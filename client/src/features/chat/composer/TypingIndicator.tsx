import { memo, type ReactElement } from 'react';
import { useText } from '../../../i18n/context';
import styles from './TypingIndicator.module.css';

/** Who is writing. Its line is always there, so that nothing moves when somebody begins. Not a live region: it would
 *  talk all the time. */
export const TypingIndicator = memo(function TypingIndicator({ names }: { names: readonly string[] }): ReactElement {
  const t = useText();
  const [first, second] = names;
  const text = first === undefined ? '' : second === undefined ? t('chat-typing-one', { name: first }) : names.length === 2 ? t('chat-typing-two', { first, second }) : t('chat-typing-many');
  return (
    <div className={styles.line} data-typing={names.length > 0 || undefined}>
      {text !== '' && <><span className={styles.dots} aria-hidden="true"><i /><i /><i /></span><span className={styles.text}>{text}</span></>}
    </div>
  );
});
