import type { ReactElement } from 'react';
import { useText } from '../../../i18n/context';
import type { MessageRow } from '../../../state/view';
import { ReplyIcon } from '../../../ui/icons';
import { EmojiText } from '../markdown/EmojiText';
import { VisuallyHidden } from '../../../ui/VisuallyHidden';
import { useRowCommands } from './commands';
import { oneLine } from './one_line';
import styles from './ReplyPreview.module.css';

/** The message that this one answers; a click goes there. */
export function ReplyPreview({ reply }: { reply: NonNullable<MessageRow['reply']> }): ReactElement {
  const t = useText();
  const { jumpTo } = useRowCommands();
  const { message } = reply;
  if (message === null) return <div className={styles.preview}><ReplyIcon size={14} /><span className={styles.missing}>{t('chat-reply-not-loaded')}</span></div>;
  const deleted = message.deletedAt !== null;
  return (
    <button type="button" className={styles.preview} onClick={() => jumpTo(reply.id)}>
      <ReplyIcon size={14} />
      <VisuallyHidden>{t('chat-in-reply-to')}</VisuallyHidden>{' '}
      <bdi className={styles.user}>{message.user}</bdi>{' '}
      <span className={styles.text} dir="auto">{deleted ? t('chat-deleted') : <EmojiText text={oneLine(message.text)} />}</span>
    </button>
  );
}
