/** The chat: sidebar, room, members. Everything it shows comes from the hooks, everything it does goes through them. */

import { lazy, Suspense, useCallback, useLayoutEffect, useRef, useState, type ReactElement } from 'react';
import { useChatActions, useRoom, useRoomList, useSocketConnection } from '../../hooks/chat';
import { useIdentity, useSessionActions } from '../../hooks/session';
import { useText } from '../../i18n/context';
import { navigate, roomPath } from '../../runtime/navigation';
import { nameOf, type Identity } from '../../state/view';
import { copyText } from '../../ui/copy_text';
import { Button } from '../../ui/Button';
import { Drawer } from '../../ui/Drawer';
import { EmptyState } from '../../ui/EmptyState';
import { HashIcon, MenuIcon } from '../../ui/icons';
import { IconButton } from '../../ui/IconButton';
import { useToast } from '../../ui/Toast';
import { useOpenSettings } from '../settings/context';
import { ConnectionBanner } from './connection/ConnectionBanner';
import { MembersPanel } from './members/MembersPanel';
import { RoomHeader } from './room/RoomHeader';
import { RoomScreen, type RoomScreenHandle } from './room/RoomScreen';
import { useShortcuts } from './shortcuts/use_shortcuts';
import type { OwnStatus } from './sidebar/OwnMenu';
import { Sidebar, type SidebarProps } from './sidebar/Sidebar';
import { NARROW, TWO_COLUMNS, useMediaQuery } from './use_media_query';
import { usePanel } from './use_panel';
import styles from './ChatPage.module.css';

const Switcher = lazy(() => import('./switcher/Switcher'));
const ShortcutsDialog = lazy(() => import('./shortcuts/ShortcutsDialog'));

export default function ChatPage({ room }: { room: string | null }): ReactElement | null {
  const identity = useIdentity();
  // Signing out takes the page away; for the moment in between there is nobody to show it to.
  return identity === null ? null : <Chat room={room} identity={identity} />;
}

function Chat({ room: name, identity }: { room: string | null; identity: Identity }): ReactElement {
  const t = useText();
  const toast = useToast();
  const actions = useChatActions();
  const { signOut } = useSessionActions();
  const openSettings = useOpenSettings();
  const connection = useSocketConnection();
  const rooms = useRoomList();
  const [opened, setOpened] = useState<string | null>(null);
  const found = useRoom(name);
  // Not before it is opened, which puts the divider where reading stood: a list that is shown at once marks the room as read.
  const room = opened === name ? found : undefined;
  const narrow = useMediaQuery(NARROW);
  const twoColumns = useMediaQuery(TWO_COLUMNS);
  const members = usePanel(twoColumns);
  const [roomsOpen, setRoomsOpen] = useState(false);
  const [dialog, setDialog] = useState<'switcher' | 'shortcuts' | null>(null);
  const [chosenStatus, setChosenStatus] = useState<OwnStatus>('online');
  const screen = useRef<RoomScreenHandle>(null);
  const own = nameOf(identity);

  useLayoutEffect(() => {
    if (name === null) actions.closeRoom();
    else actions.openRoom(name);
    // eslint-disable-next-line react-hooks/set-state-in-effect -- before the next paint, so that nobody sees the room without it
    setOpened(name);
  }, [actions, name]);

  const seen = room?.members.find((member) => member.name === own)?.status;
  const status = connection.state.status !== 'CONNECTED' ? 'offline' : seen === undefined || seen === 'offline' ? chosenStatus : seen;

  const closeDialog = useCallback(() => setDialog(null), []);
  const goTo = (target: string): void => {
    setDialog(null);
    navigate(roomPath(target));
  };
  const step = (by: 1 | -1): void => {
    const at = rooms.findIndex((each) => each.name === name);
    const next = rooms[at === -1 ? (by === 1 ? 0 : rooms.length - 1) : (at + by + rooms.length) % rooms.length];
    if (next !== undefined) goTo(next.name);
  };
  useShortcuts({
    switchRoom: () => setDialog('switcher'),
    showShortcuts: () => setDialog('shortcuts'),
    previousRoom: () => step(-1),
    nextRoom: () => step(1),
    escape: () => {
      if (name === null) return;
      actions.markRead(name);
      screen.current?.toEnd();
      screen.current?.focusComposer();
    },
  });

  const browse = (): void => navigate('/rooms');
  const leaveSession = (): void => void signOut().then(() => navigate('/'));
  const copyLink = (): void => {
    if (name === null) return;
    const link = window.location.origin + roomPath(name);
    void copyText(link).then((copied) => toast(copied ? { tone: 'success', text: t('chat-link-copied') } : { tone: 'problem', text: t('chat-link-not-copied', { link }) }));
  };
  const leave = (): void => {
    if (name === null) return;
    const next = rooms.find((each) => each.name !== name);
    actions.leaveRoom(name);
    navigate(next === undefined ? '/rooms' : roomPath(next.name));
    toast({ text: t('chat-left', { room: name }), action: { label: t('chat-join-again'), onClick: () => goTo(name) } });
  };

  const sidebar: SidebarProps = {
    rooms, current: name, identity, status,
    onStatus: (chosen) => { setChosenStatus(chosen); actions.setStatus(chosen); },
    onSwitch: () => { setRoomsOpen(false); setDialog('switcher'); },
    onSettings: () => { setRoomsOpen(false); openSettings(); },
    onShortcuts: () => { setRoomsOpen(false); setDialog('shortcuts'); },
    onSignOut: leaveSession,
    onNavigate: () => setRoomsOpen(false),
  };
  const elsewhere = rooms.some((each) => each.unread > 0 && each.name !== name);
  const inside = room !== undefined && room.phase !== 'refused' && room.phase !== 'kicked';
  const panel = inside ? <MembersPanel members={room.members} total={room.memberTotal} own={own} onClose={twoColumns ? members.hide : undefined} /> : null;

  return (
    <div className={styles.chat}>
      {!narrow && <div className={styles.sidebar}><Sidebar {...sidebar} /></div>}
      {narrow && <Drawer open={roomsOpen} onClose={() => setRoomsOpen(false)} label={t('chat-rooms')}><Sidebar {...sidebar} onClose={() => setRoomsOpen(false)} /></Drawer>}

      <main className={styles.main}>
        {name === null ? (
          <>
            <ConnectionBanner state={connection.state} onRetry={connection.retry} />
            {narrow
              ? <Sidebar {...sidebar} />
              : <div className={styles.nothing}><EmptyState icon={<HashIcon size={28} />} title={t('chat-choose')} description={t('chat-choose-text')} action={<Button variant="primary" onClick={browse}>{t('chat-browse')}</Button>} /></div>}
          </>
        ) : (
          <>
            <RoomHeader
              name={name} room={room} compact={narrow} membersShown={members.shown && inside} onMembers={members.toggle} onCopyLink={copyLink} onLeave={leave}
              menu={narrow ? <IconButton label={t('chat-rooms')} tooltip={null} icon={<span className={styles.menu}><MenuIcon size={20} />{elsewhere && <span className={styles.dot} />}</span>} onClick={() => setRoomsOpen(true)} /> : null}
            />
            <ConnectionBanner state={connection.state} onRetry={connection.retry} />
            <RoomScreen
              key={name} ref={screen} name={name} room={room} own={own} guest={identity.kind === 'guest'}
              onJoin={(password) => actions.openRoom(name, password)} onBrowse={browse} onSignOut={leaveSession}
            />
          </>
        )}
      </main>

      {panel !== null && !twoColumns && members.shown && <aside className={styles.members} aria-label={t('chat-members')}>{panel}</aside>}
      {panel !== null && twoColumns && (
        <Drawer open={members.shown} onClose={members.hide} label={t('chat-members')} side="end"><aside aria-label={t('chat-members')}>{panel}</aside></Drawer>
      )}

      <Suspense fallback={null}>
        {dialog === 'switcher' && <Switcher rooms={rooms} current={name} onOpen={goTo} onClose={closeDialog} />}
        {dialog === 'shortcuts' && <ShortcutsDialog onClose={closeDialog} />}
      </Suspense>
    </div>
  );
}
