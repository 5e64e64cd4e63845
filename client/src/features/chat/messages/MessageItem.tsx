/** One message. Drawn again only when its row, or what is being done to it, changes: the runtime keeps the row object as
 *  long as nothing about it changed. */

import { memo, useContext, useEffect, useId, useRef, useState, type FocusEvent, type KeyboardEvent, type ReactElement } from 'react';
import { useFormat, useText } from '../../../i18n/context';
import type { MessageRow } from '../../../state/view';
import { Avatar } from '../../../ui/Avatar';
import { classNames } from '../../../ui/class_names';
import { VisuallyHidden } from '../../../ui/VisuallyHidden';
import { Markdown } from '../markdown/Markdown';
import { Attachments } from './Attachments';
import { isSent, ModeratesContext, useRowCommands, type RowCommands } from './commands';
import { DeliveryMark, FailedDelivery } from './DeliveryMark';
import { EditBox } from './EditBox';
import { minuteTime } from './minute_time';
import { MessageToolbar } from './MessageToolbar';
import { Reactions } from './Reactions';
import { ReplyPreview } from './ReplyPreview';
import styles from './MessageItem.module.css';

export interface MessageItemProps {
  readonly row: MessageRow;
  /** The one row that Tab reaches. */
  readonly active: boolean;
  readonly editing: boolean;
  readonly picking: boolean;
  /** Just jumped to. */
  readonly marked: boolean;
}

/** True if the key meant something here. */
function runKey(key: string, row: MessageRow, moderates: boolean, commands: RowCommands): boolean {
  const sent = isSent(row);
  switch (key) {
    case 'r':
      if (!sent) return false;
      commands.reply(row);
      return true;
    case 'e':
      if (!sent || !row.own) return false;
      commands.startEdit(row);
      return true;
    case '+':
    case ':':
      if (!sent) return false;
      commands.pick(row.key);
      return true;
    case 'c':
      if (row.deleted) return false;
      commands.copy(row);
      return true;
    case 'Delete':
    case 'Backspace':
      if (!sent || !(row.own || moderates)) return false;
      commands.remove(row);
      return true;
    default:
      return false;
  }
}

/** Whether the pointer or the focus is in the row: only then does it carry its toolbar. */
function useAttention(): { attended: boolean; handlers: object } {
  const [hovered, setHovered] = useState(false);
  const [focused, setFocused] = useState(false);
  return {
    attended: hovered || focused,
    handlers: {
      onPointerEnter: () => setHovered(true),
      onPointerLeave: () => setHovered(false),
      onFocus: () => setFocused(true),
      onBlur: (event: FocusEvent) => {
        if (!event.currentTarget.contains(event.relatedTarget)) setFocused(false);
      },
    },
  };
}

export const MessageItem = memo(function MessageItem({ row, active, editing, picking, marked }: MessageItemProps): ReactElement {
  const t = useText();
  const format = useFormat();
  const commands = useRowCommands();
  const moderates = useContext(ModeratesContext);
  const { attended, handlers } = useAttention();
  const article = useRef<HTMLElement>(null);
  const id = useId();

  const wasEditing = useRef(editing);
  useEffect(() => {
    // Back from the field to the row, or the keyboard would have lost its place.
    if (wasEditing.current && !editing && document.activeElement === document.body) article.current?.focus();
    wasEditing.current = editing;
  }, [editing]);

  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.target !== event.currentTarget || event.ctrlKey || event.metaKey || event.altKey) return;
    if (runKey(event.key.length === 1 ? event.key.toLowerCase() : event.key, row, moderates, commands)) {
      event.preventDefault();
      event.stopPropagation();
    }
  };
  // The full time costs more to work out than the rest of the row: it can wait until somebody points at it.
  const name = <bdi id={`${id}-user`} className={styles.user}>{row.user}</bdi>;
  const time = <time id={`${id}-time`} className={styles.time} dateTime={new Date(row.time).toISOString()} title={attended ? format.dateTime(row.time) : undefined}>{minuteTime(format, row.time)}</time>;

  return (
    <article
      ref={article}
      className={classNames(styles.message, row.startsGroup && styles.first, row.mentionsMe && styles.mentionsMe, row.delivery.status === 'FAILED' && styles.failed, marked && styles.marked)}
      data-key={row.key} data-seq={row.seq ?? undefined} data-delivery={row.delivery.status} data-own={row.own || undefined}
      tabIndex={active ? 0 : -1}
      aria-labelledby={`${id}-user ${id}-text ${id}-time`}
      onKeyDown={onKeyDown}
      {...handlers}
    >
      <div className={styles.gutter}>
        {row.startsGroup ? <Avatar name={row.user} size={36} /> : time}
      </div>
      <div className={styles.body}>
        {row.startsGroup
          ? <div className={styles.head}>{name}{time}</div>
          : <VisuallyHidden>{name}</VisuallyHidden>}
        {row.reply !== null && <ReplyPreview reply={row.reply} />}
        {editing
          ? <EditBox row={row} />
          : (
            <div id={`${id}-text`} className={classNames(styles.text, row.editedAt !== null && styles.withMark, row.delivery.status === 'SENDING' && styles.sending)}>
              {row.deleted ? <p className={styles.deleted}>{t('chat-deleted')}</p> : <Markdown text={row.text} />}
              {row.editedAt !== null && !row.deleted && <span className={styles.edited} title={attended ? format.dateTime(row.editedAt) : undefined}>{t('chat-edited')}</span>}
            </div>
          )}
        {!row.deleted && <Attachments attachments={row.attachments} />}
        {!row.deleted && <Reactions row={row} />}
        <FailedDelivery row={row} />
      </div>
      <div className={styles.delivery}><DeliveryMark row={row} /></div>
      {(attended || picking) && !editing && !row.deleted && <MessageToolbar row={row} picking={picking} />}
    </article>
  );
});
