import type { ReactElement } from 'react';
import { useText } from '../../../i18n/context';
import { ArrowDownIcon } from '../../../ui/icons';
import { IconButton } from '../../../ui/IconButton';
import styles from './NewMessagesPill.module.css';

/** Back to the end of the list, and how much is waiting there. */
export function NewMessagesPill({ count, onClick }: { count: number; onClick: () => void }): ReactElement {
  const t = useText();
  return (
    <div className={styles.place}>
      {count > 0
        ? <button type="button" className={styles.pill} onClick={onClick}><ArrowDownIcon size={16} />{t('chat-new-messages', { count })}</button>
        : <IconButton className={styles.down} variant="secondary" label={t('chat-to-end')} icon={<ArrowDownIcon />} onClick={onClick} />}
    </div>
  );
}
