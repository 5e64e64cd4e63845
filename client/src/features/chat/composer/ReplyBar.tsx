import type { ReactElement } from 'react';
import { useRichText, useText } from '../../../i18n/context';
import type { MessageRow } from '../../../state/view';
import { IconButton } from '../../../ui/IconButton';
import { ReplyIcon, XIcon } from '../../../ui/icons';
import { EmojiText } from '../markdown/EmojiText';
import { oneLine } from '../messages/one_line';
import styles from './ReplyBar.module.css';

/** Above the field while an answer is being written: to what. */
export function ReplyBar({ row, onCancel }: { row: MessageRow; onCancel: () => void }): ReactElement {
  const t = useText();
  const rich = useRichText();
  return (
    <div className={styles.bar}>
      <ReplyIcon size={16} />
      <span className={styles.to}>{rich('chat-replying-to', {}, { user: <bdi className={styles.user}>{row.user}</bdi> })}</span>
      <span className={styles.text} dir="auto"><EmojiText text={oneLine(row.text)} /></span>
      <IconButton size="small" label={t('chat-cancel-reply')} icon={<XIcon size={16} />} onClick={onCancel} />
    </div>
  );
}
