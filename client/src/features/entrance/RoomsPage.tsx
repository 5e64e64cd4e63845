import { useDeferredValue, useEffect, useMemo, useRef, useState } from 'react';
import { useIdentity, useSessionActions } from '../../hooks/session';
import { useText } from '../../i18n/texts_context';
import { navigate, roomPath } from '../../runtime/navigation';
import { nameOf } from '../../state/view';
import { useAnnounce } from '../../ui/Announcer';
import { Avatar } from '../../ui/Avatar';
import { Button } from '../../ui/Button';
import { LogoutIcon, PlusIcon, RetryIcon, SearchIcon, SettingsIcon, XIcon } from '../../ui/icons';
import { IconButton } from '../../ui/IconButton';
import { Logo } from '../../ui/Logo';
import { TextField } from '../../ui/TextField';
import { useOpenSettings } from '../settings/context';
import { CreateRoomDialog } from './CreateRoomDialog';
import { PasswordDialog } from './PasswordDialog';
import { RoomList } from './RoomList';
import { checkRoomName } from './room_rules';
import { useEnterRoom } from './use_enter_room';
import { useInviteLink } from './use_invite_link';
import { matching, useRooms } from './use_rooms';
import { useTitle } from './use_title';
import styles from './RoomsPage.module.css';

export default function RoomsPage() {
  const t = useText();
  const announce = useAnnounce();
  const { rooms, failure, loading, refresh } = useRooms();
  const { enter, entering, locked, giveUp } = useEnterRoom();
  const invite = useInviteLink();
  const [query, setQuery] = useState('');
  const [creating, setCreating] = useState<string | null>(null);
  const search = useRef<HTMLInputElement>(null);
  useTitle(t('rooms-page-title'));

  const deferred = useDeferredValue(query);
  const found = useMemo(() => (rooms === null ? null : matching(rooms, deferred)), [rooms, deferred]);
  const wanted = deferred.trim().replace(/^#/, '');

  // After the typing, not with every letter.
  const foundCount = found?.length;
  useEffect(() => {
    if (wanted === '' || foundCount === undefined) return;
    const timer = window.setTimeout(() => { announce(t('rooms-count', { count: foundCount })); }, 600);
    return () => { window.clearTimeout(timer); };
  }, [wanted, foundCount, announce, t]);

  const refreshNow = async (): Promise<void> => {
    if (await refresh()) announce(t('rooms-updated'));
  };

  return (
    <div className={styles.page}>
      <TopBar />
      <main className={styles.main}>
        <div className={styles.head}>
          <h1 className={styles.title}>{t('rooms-title')}</h1>
          <IconButton
            label={t('rooms-refresh')} icon={<RetryIcon className={loading && rooms !== null ? styles.turning : undefined} />}
            onClick={() => { void refreshNow(); }}
          />
          <span className={styles.gap} />
          <Button variant="primary" icon={<PlusIcon size={17} />} onClick={() => { setCreating(''); }}>{t('rooms-new')}</Button>
        </div>
        <div role="search">
          <TextField
            ref={search} label={t('rooms-search')} hideLabel placeholder={t('rooms-search')} type="search" autoComplete="off" spellCheck={false}
            icon={<SearchIcon size={17} />} value={query} onChange={(event) => { setQuery(event.target.value); }}
            trailing={query === '' ? undefined : (
              <IconButton
                size="small" label={t('rooms-search-clear')} icon={<XIcon size={16} />} tooltip={null}
                onClick={() => { setQuery(''); search.current?.focus(); }}
              />
            )}
            onKeyDown={(event) => {
              if (event.key === 'Escape') setQuery('');
            }}
          />
        </div>
        <RoomList
          rooms={found}
          failure={failure}
          query={wanted}
          canCreate={wanted !== '' && checkRoomName(wanted) === null}
          entering={entering}
          onEnter={enter}
          onCopyLink={invite.copy}
          onCreate={setCreating}
          onRetry={() => { void refreshNow(); }}
        />
      </main>
      <CreateRoomDialog open={creating !== null} name={creating ?? ''} onClose={() => { setCreating(null); }} />
      <PasswordDialog room={locked} onClose={giveUp} onUnlocked={(room) => { giveUp(); navigate(roomPath(room)); }} />
      {invite.fallback}
    </div>
  );
}

function TopBar() {
  const t = useText();
  const identity = useIdentity();
  const { signOut } = useSessionActions();
  const openSettings = useOpenSettings();
  if (identity === null) return null;
  const name = nameOf(identity);
  const guest = identity.kind === 'guest';
  return (
    <header className={styles.bar}>
      <span className={styles.brand}>
        <Logo size={28} />
        <span className={styles.wordmark}>Chillin</span>
      </span>
      <span className={styles.gap} />
      <span className={styles.me}>
        <Avatar name={name} image={guest ? null : identity.user.avatar} size={28} />
        <bdi className={styles.myName}>{name}</bdi>
        {guest && <span className={styles.guest}>{t('settings-guest')}</span>}
      </span>
      <IconButton label={t('settings-open')} icon={<SettingsIcon />} tooltipSide="bottom" onClick={openSettings} />
      <IconButton
        label={t(guest ? 'settings-leave-guest' : 'settings-sign-out')} icon={<LogoutIcon />} tooltipSide="bottom" onClick={() => { void signOut(); }}
      />
    </header>
  );
}
