import type { ReactElement } from 'react';
import { useText } from '../../../i18n/context';
import { Skeleton } from '../../../ui/Skeleton';
import { VisuallyHidden } from '../../../ui/VisuallyHidden';
import styles from './LoadingRows.module.css';

const WIDTHS = ['58%', '34%', '71%', '46%', '63%', '28%'];

/** The shape of messages that are on their way. */
export function LoadingRows(): ReactElement {
  const t = useText();
  return (
    <div className={styles.rows} aria-busy="true">
      <VisuallyHidden>{t('chat-loading')}</VisuallyHidden>
      {WIDTHS.map((width) => (
        <div key={width} className={styles.row}>
          <Skeleton width="36px" height="36px" round />
          <div className={styles.lines}><Skeleton width="7rem" height="0.8em" /><Skeleton width={width} height="0.9em" /></div>
        </div>
      ))}
    </div>
  );
}
