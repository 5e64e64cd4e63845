import { useContext, type ReactElement } from 'react';
import { useFormat, useText } from '../../../i18n/context';
import type { MessageRow } from '../../../state/view';
import { CopyIcon, EditIcon, ReplyIcon, TrashIcon } from '../../../ui/icons';
import { IconButton } from '../../../ui/IconButton';
import { EmojiPopover } from '../emoji/EmojiPopover';
import { recentEmoji } from '../emoji/recent_emoji';
import { isSent, ModeratesContext, useRowCommands } from './commands';
import styles from './MessageToolbar.module.css';

const QUICK_REACTIONS = 3;

/** What can be done with a message: shown while the pointer is over its row or the focus is in it. */
export function MessageToolbar({ row, picking }: { row: MessageRow; picking: boolean }): ReactElement {
  const t = useText();
  const format = useFormat();
  const commands = useRowCommands();
  const moderates = useContext(ModeratesContext);
  const sent = isSent(row);
  return (
    <div className={styles.toolbar} role="group" aria-label={t('chat-message-actions')}>
      <time className={styles.time} dateTime={new Date(row.time).toISOString()}>{format.dateTime(row.time)}</time>
      {sent && recentEmoji().slice(0, QUICK_REACTIONS).map((emoji) => (
        <IconButton key={emoji} className={styles.quick} size="small" label={t('chat-react-with', { emoji })} icon={<span>{emoji}</span>} onClick={() => commands.react(row, emoji)} />
      ))}
      {sent && (
        <EmojiPopover
          open={picking} onOpenChange={(open) => commands.pick(open ? row.key : null)} label={t('chat-react')} shortcut="+" size="small"
          onPick={(emoji) => { commands.pick(null); commands.react(row, emoji); }}
        />
      )}
      {sent && <IconButton size="small" label={t('chat-reply')} tooltip={t('chat-with-key', { label: t('chat-reply'), key: 'R' })} icon={<ReplyIcon size={16} />} onClick={() => commands.reply(row)} />}
      <IconButton size="small" label={t('chat-copy-text')} tooltip={t('chat-with-key', { label: t('chat-copy-text'), key: 'C' })} icon={<CopyIcon size={16} />} onClick={() => commands.copy(row)} />
      {sent && row.own && <IconButton size="small" label={t('chat-edit')} tooltip={t('chat-with-key', { label: t('chat-edit'), key: 'E' })} icon={<EditIcon size={16} />} onClick={() => commands.startEdit(row)} />}
      {sent && (row.own || moderates) && (
        <IconButton size="small" variant="danger" label={t('chat-delete')} tooltip={t('chat-with-key', { label: t('chat-delete'), key: t('chat-key-delete') })} icon={<TrashIcon size={16} />} onClick={() => commands.remove(row)} />
      )}
    </div>
  );
}
