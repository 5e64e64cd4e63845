/** The rooms one is in, and who one is. A column on a wide screen, a drawer on a phone. */

import type { ReactElement } from 'react';
import { useText } from '../../../i18n/context';
import { roomPath } from '../../../runtime/navigation';
import type { Identity, RoomSummary } from '../../../state/view';
import { Badge } from '../../../ui/Badge';
import { classNames } from '../../../ui/class_names';
import { IconButton } from '../../../ui/IconButton';
import { HashIcon, LockIcon, PlusIcon, SearchIcon, XIcon } from '../../../ui/icons';
import { Kbd } from '../../../ui/Kbd';
import { Logo } from '../../../ui/Logo';
import { Link } from '../Link';
import { OwnMenu, type OwnStatus } from './OwnMenu';
import styles from './Sidebar.module.css';

export interface SidebarProps {
  readonly rooms: readonly RoomSummary[];
  readonly current: string | null;
  readonly identity: Identity;
  readonly status: OwnStatus | 'offline';
  readonly onStatus: (status: OwnStatus) => void;
  readonly onSwitch: () => void;
  readonly onSettings: () => void;
  readonly onShortcuts: () => void;
  readonly onSignOut: () => void;
  /** A link was followed: a drawer closes. */
  readonly onNavigate?: () => void;
  /** For a drawer, which is closed from inside. */
  readonly onClose?: () => void;
}

function RoomLine({ room, current, onNavigate }: { room: RoomSummary; current: boolean; onNavigate: (() => void) | undefined }): ReactElement {
  const t = useText();
  const away = room.phase === 'refused' || room.phase === 'kicked';
  return (
    <li>
      <Link
        href={roomPath(room.name)} onNavigate={onNavigate} aria-current={current ? 'page' : undefined}
        className={classNames(styles.room, current && styles.current, room.unread > 0 && styles.unread, away && styles.away)}
      >
        {room.isPrivate ? <LockIcon size={16} /> : <HashIcon size={16} />}
        <bdi className={styles.name}>{room.name}</bdi>{' '}
        {room.mentions > 0
          ? <Badge count={room.mentions} tone="mention" label={t('chat-mentions', { count: room.mentions })} />
          : <Badge count={room.unread} label={t('chat-unread', { count: room.unread })} />}
      </Link>
    </li>
  );
}

export function Sidebar({ rooms, current, identity, status, onStatus, onSwitch, onSettings, onShortcuts, onSignOut, onNavigate, onClose }: SidebarProps): ReactElement {
  const t = useText();
  return (
    <section className={styles.sidebar} aria-label={t('entrance-title')}>
      <div className={styles.top}>
        <Link href="/rooms" onNavigate={onNavigate} className={styles.brand} ><Logo size={28} /><span>{t('entrance-title')}</span></Link>
        {onClose !== undefined && <IconButton label={t('ui-close')} tooltip={null} icon={<XIcon />} onClick={onClose} />}
      </div>
      <button type="button" className={styles.search} onClick={onSwitch}>
        <SearchIcon size={16} />
        <span>{t('chat-switch')}</span>
        <span className={styles.keys}><Kbd keys="Mod+K" /></span>
      </button>
      <nav className={styles.rooms} aria-label={t('chat-rooms')}>
        <div className={styles.heading}>
          <h2>{t('chat-rooms')}</h2>
        </div>
        {rooms.length === 0 && <p className={styles.none}>{t('chat-no-rooms')}</p>}
        <ul>
          {rooms.map((room) => <RoomLine key={room.name} room={room} current={room.name === current} onNavigate={onNavigate} />)}
        </ul>
        <Link href="/rooms" onNavigate={onNavigate} className={styles.browse}><PlusIcon size={16} />{t('chat-browse')}</Link>
      </nav>
      <OwnMenu identity={identity} status={status} onStatus={onStatus} onSettings={onSettings} onShortcuts={onShortcuts} onSignOut={onSignOut} />
    </section>
  );
}
