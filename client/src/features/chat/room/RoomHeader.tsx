import { lazy, Suspense, type ReactElement, type ReactNode } from 'react';
import { useFormat, useText } from '../../../i18n/context';
import type { RoomView } from '../../../state/view';
import { HashIcon, LinkIcon, LockIcon, LogoutIcon, MoreIcon, UsersIcon } from '../../../ui/icons';
import { IconButton } from '../../../ui/IconButton';
import { VisuallyHidden } from '../../../ui/VisuallyHidden';
import styles from './RoomHeader.module.css';

/** It brings the menu's library, which a wide screen has no use for. */
const RoomMenu = lazy(() => import('./RoomMenu'));

export interface RoomHeaderProps {
  readonly name: string;
  readonly room: RoomView | undefined;
  /** On a phone: what opens the sidebar. */
  readonly menu: ReactNode;
  /** Little room: the rarer buttons go into a menu. */
  readonly compact: boolean;
  readonly membersShown: boolean;
  readonly onMembers: () => void;
  readonly onCopyLink: () => void;
  readonly onLeave: () => void;
}

export function RoomHeader({ name, room, menu, compact, membersShown, onMembers, onCopyLink, onLeave }: RoomHeaderProps): ReactElement {
  const t = useText();
  const format = useFormat();
  const inside = room !== undefined && room.phase !== 'refused' && room.phase !== 'kicked';
  const count = room?.memberTotal ?? 0;
  const isPrivate = room?.info?.isPrivate === true || room?.refusal?.code === 'ROOM_PASSWORD_REQUIRED' || room?.refusal?.code === 'ROOM_PASSWORD_WRONG';
  const description = room?.info?.description ?? '';
  const about = description === '' && room?.phase === 'cached' ? t('chat-cached') : description;
  return (
    <header className={styles.header}>
      {menu}
      <div className={styles.title}>
        <h1 className={styles.name}>
          {isPrivate ? <LockIcon size={18} /> : <HashIcon size={18} />}
          {isPrivate && <VisuallyHidden>{t('chat-private-room')}</VisuallyHidden>}
          <bdi>{name}</bdi>
        </h1>
        {about !== '' && <p className={styles.about} dir="auto" title={about}>{about}</p>}
      </div>
      <div className={styles.buttons}>
        {inside && (
          <IconButton
            label={t('chat-members')} tooltip={t('chat-members-count', { count })} tooltipSide="bottom" pressed={membersShown} onClick={onMembers}
            icon={<span className={styles.members}><UsersIcon />{count > 0 && <span className={styles.count} data-count={format.compact(count)} />}</span>} className={styles.membersButton ?? ''}
          />
        )}
        {compact ? (
          <Suspense fallback={<IconButton label={t('chat-more')} icon={<MoreIcon />} tooltip={null} />}>
            <RoomMenu onCopyLink={onCopyLink} onLeave={onLeave} />
          </Suspense>
        ) : (
          <>
            <IconButton label={t('chat-copy-link')} tooltipSide="bottom" icon={<LinkIcon />} onClick={onCopyLink} />
            <IconButton label={t('chat-leave')} tooltipSide="bottom" icon={<LogoutIcon />} onClick={onLeave} />
          </>
        )}
      </div>
    </header>
  );
}
