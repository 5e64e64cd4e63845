import { useText } from '../i18n/texts_context';
import { Skeleton } from '../ui/Skeleton';
import { VisuallyHidden } from '../ui/VisuallyHidden';
import styles from './ChatSkeleton.module.css';

const ROOMS = ['62%', '48%', '70%', '40%'];
const MESSAGES = ['58%', '34%', '72%', '46%', '64%'];

/** The shape of the chat while its code is on the way. */
export function ChatSkeleton() {
  const t = useText();
  return (
    <div className={styles.chat} role="status">
      <VisuallyHidden>{t('rooms-chat-loading')}</VisuallyHidden>
      <div className={styles.sidebar} aria-hidden="true">
        <Skeleton width="55%" height="1.4rem" />
        {ROOMS.map((width) => <Skeleton key={width} width={width} height="0.9rem" />)}
      </div>
      <div className={styles.main} aria-hidden="true">
        <div className={styles.header}><Skeleton width="9rem" height="1.1rem" /></div>
        <div className={styles.messages}>
          {MESSAGES.map((width) => (
            <div key={width} className={styles.message}>
              <Skeleton width="2.25rem" height="2.25rem" round />
              <span className={styles.lines}>
                <Skeleton width="7rem" height="0.8rem" />
                <Skeleton width={width} height="0.9rem" />
              </span>
            </div>
          ))}
        </div>
        <div className={styles.composer}><Skeleton height="2.75rem" /></div>
      </div>
    </div>
  );
}
