import { useContext, type ReactElement } from 'react';
import { useFormat, useText } from '../../../i18n/context';
import type { Reaction } from '../../../protocol/types';
import type { MessageRow } from '../../../state/view';
import { classNames } from '../../../ui/class_names';
import { Tooltip } from '../../../ui/Tooltip';
import { OwnNameContext } from '../markdown/Markdown';
import { isSent, useRowCommands } from './commands';
import styles from './Reactions.module.css';

const MAX_NAMED = 8;

function ReactionButton({ row, reaction }: { row: MessageRow; reaction: Reaction }): ReactElement {
  const t = useText();
  const format = useFormat();
  const own = useContext(OwnNameContext);
  const { react } = useRowCommands();
  const pressed = reaction.users.includes(own);
  const named = reaction.users.slice(0, MAX_NAMED).map((user) => (user === own ? t('chat-you') : user));
  const more = reaction.users.length - named.length;
  const who = format.list(more > 0 ? [...named, t('chat-more-people', { count: more })] : named);
  return (
    <Tooltip text={who} repeatsName>
      <button
        type="button"
        className={classNames(styles.reaction, pressed && styles.own)}
        aria-pressed={pressed}
        aria-label={t('chat-reaction', { emoji: reaction.emoji, count: reaction.users.length, who })}
        disabled={!isSent(row)}
        onClick={() => react(row, reaction.emoji)}
      >
        <span className={styles.emoji}>{reaction.emoji}</span>
        <span className={styles.count}>{format.compact(reaction.users.length)}</span>
      </button>
    </Tooltip>
  );
}

export function Reactions({ row }: { row: MessageRow }): ReactElement | null {
  const t = useText();
  if (row.reactions.length === 0) return null;
  return (
    <div className={styles.reactions} role="group" aria-label={t('chat-reactions')}>
      {row.reactions.map((reaction) => <ReactionButton key={reaction.emoji} row={row} reaction={reaction} />)}
    </div>
  );
}
