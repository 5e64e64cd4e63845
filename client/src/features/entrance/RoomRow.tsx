import { memo, type MouseEvent } from 'react';
import { useFormat, useText } from '../../i18n/context';
import type { RoomInfo } from '../../protocol/types';
import { roomPath } from '../../runtime/navigation';
import { HashIcon, LinkIcon, LockIcon, UsersIcon } from '../../ui/icons';
import { IconButton } from '../../ui/IconButton';
import { Spinner } from '../../ui/Spinner';
import { VisuallyHidden } from '../../ui/VisuallyHidden';
import { classNames } from '../../ui/class_names';
import styles from './RoomRow.module.css';

export interface RoomRowProps {
  readonly room: RoomInfo;
  readonly busy: boolean;
  readonly onEnter: (room: RoomInfo) => void;
  readonly onCopyLink: (name: string) => void;
}

/** One room of the directory. The link covers the whole row; the button lies above it. */
export const RoomRow = memo(function RoomRow({ room, busy, onEnter, onCopyLink }: RoomRowProps) {
  const t = useText();
  const format = useFormat();
  const click = (event: MouseEvent): void => {
    // A new tab or window is the browser's business.
    if (event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    if (!busy) onEnter(room);
  };
  const members = t('rooms-members', { count: room.memberCount });
  return (
    <li className={styles.row}>
      <span className={classNames(styles.tile, room.isPrivate && styles.locked)} aria-hidden="true">
        {busy ? <Spinner /> : room.isPrivate ? <LockIcon /> : <HashIcon />}
      </span>
      <span className={styles.text}>
        <a className={styles.name} href={roomPath(room.name)} onClick={click}>
          <bdi>{room.name}</bdi>
          {room.isPrivate && <VisuallyHidden>, {t('rooms-private')}</VisuallyHidden>}
          <VisuallyHidden>, {members}</VisuallyHidden>
        </a>
        {room.description !== '' && <span className={styles.description}><bdi>{room.description}</bdi></span>}
      </span>
      <span className={styles.members} title={members} aria-hidden="true">
        <UsersIcon size={15} />
        {format.compact(room.memberCount)}
      </span>
      <IconButton
        className={styles.copy} size="small" label={t('rooms-copy-link', { room: `#${room.name}` })} icon={<LinkIcon size={17} />}
        onClick={() => { onCopyLink(room.name); }}
      />
    </li>
  );
});
