/** Who is in the room. */

import { memo, useDeferredValue, useMemo, useState, type ReactElement } from 'react';
import { useFormat, useText } from '../../../i18n/context';
import type { MemberView } from '../../../state/view';
import { Avatar } from '../../../ui/Avatar';
import { IconButton } from '../../../ui/IconButton';
import { SearchIcon, XIcon } from '../../../ui/icons';
import { TextField } from '../../../ui/TextField';
import { VisuallyHidden } from '../../../ui/VisuallyHidden';
import { sortMembers } from './sort_members';
import styles from './MembersPanel.module.css';

/** From this many on there is a field to search. */
const SEARCH_FROM = 12;

const Member = memo(function Member({ member, own }: { member: MemberView; own: boolean }): ReactElement {
  const t = useText();
  const status = t(`chat-status-${member.status}`);
  return (
    <li className={styles.member} data-status={member.status}>
      <Avatar name={member.name} size={32} status={member.status} />
      <span className={styles.about}>
        <span className={styles.name}><bdi>{member.name}</bdi>{own && <span className={styles.you}>{t('chat-you')}</span>}</span>
        {member.statusText === null
          ? <VisuallyHidden>{status}</VisuallyHidden>
          : <span className={styles.text} dir="auto" title={member.statusText}><VisuallyHidden>{`${status}: `}</VisuallyHidden>{member.statusText}</span>}
      </span>
    </li>
  );
});

export interface MembersPanelProps {
  readonly members: readonly MemberView[];
  /** How many there are in all: `members` holds the first of them. */
  readonly total: number;
  readonly own: string;
  /** For a drawer, which is closed from inside. */
  readonly onClose?: (() => void) | undefined;
}

/** Not drawn again with each message: there may be hundreds. */
export const MembersPanel = memo(function MembersPanel({ members, total, own, onClose }: MembersPanelProps): ReactElement {
  const t = useText();
  const format = useFormat();
  const [query, setQuery] = useState('');
  const wanted = useDeferredValue(query.trim().toLowerCase());
  const sorted = useMemo(() => sortMembers(members), [members]);
  const shown = wanted === '' ? sorted : sorted.filter((member) => member.name.includes(wanted));
  const more = total - members.length;
  return (
    <div className={styles.panel}>
      <div className={styles.head}>
        <h2>{t('chat-members')}</h2>
        <span className={styles.total}>{format.number(total)}</span>
        {onClose !== undefined && <IconButton className={styles.close} label={t('ui-close')} tooltip={null} icon={<XIcon />} onClick={onClose} />}
      </div>
      {members.length >= SEARCH_FROM && (
        <TextField className={styles.search} label={t('chat-members-search')} hideLabel placeholder={t('chat-members-search')} icon={<SearchIcon size={16} />} value={query} onChange={(event) => setQuery(event.target.value)} />
      )}
      {/* Reachable by keyboard, because there is nothing in it that is and it may have to be scrolled. */}
      <div className={styles.scroll} tabIndex={0} role="group" aria-label={t('chat-members')}>
        <ul>{shown.map((member) => <Member key={member.name} member={member} own={member.name === own} />)}</ul>
        {shown.length === 0 && wanted !== '' && <p className={styles.note}>{t('chat-members-none')}</p>}
        {more > 0 && wanted === '' && <p className={styles.note}>{t('chat-members-more', { count: more })}</p>}
      </div>
    </div>
  );
});
