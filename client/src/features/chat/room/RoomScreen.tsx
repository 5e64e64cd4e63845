/** The main column: one room, in whatever state it is. Mounted anew for each room. */

import { forwardRef, useCallback, useEffect, useImperativeHandle, useMemo, useRef, useState, type ReactElement } from 'react';
import { useText } from '../../../i18n/context';
import type { MessageRow, RoomView } from '../../../state/view';
import { Button } from '../../../ui/Button';
import { EmptyState } from '../../../ui/EmptyState';
import { AlertIcon } from '../../../ui/icons';
import { Composer, type ComposerHandle } from '../composer/Composer';
import { TypingIndicator } from '../composer/TypingIndicator';
import { OwnNameContext } from '../markdown/Markdown';
import { MessageList, type MessageListHandle } from '../messages/MessageList';
import { LoadingRows } from './LoadingRows';
import { RefusedRoom } from './RefusedRoom';
import styles from './RoomScreen.module.css';

export interface RoomScreenHandle {
  readonly toEnd: () => void;
  readonly focusComposer: () => void;
}

export interface RoomScreenProps {
  readonly name: string;
  readonly room: RoomView | undefined;
  readonly own: string;
  readonly guest: boolean;
  readonly onJoin: (password?: string) => void;
  readonly onBrowse: () => void;
  readonly onSignOut: () => void;
}

const finePointer = (): boolean => window.matchMedia('(pointer: fine)').matches;

export const RoomScreen = forwardRef<RoomScreenHandle, RoomScreenProps>(function RoomScreen({ name, room, own, guest, onJoin, onBrowse, onSignOut }, ref): ReactElement {
  const t = useText();
  const [replyTo, setReplyTo] = useState<MessageRow | null>(null);
  const list = useRef<MessageListHandle>(null);
  const composer = useRef<ComposerHandle>(null);

  useImperativeHandle(ref, () => ({
    toEnd: () => list.current?.toEnd(),
    focusComposer: () => composer.current?.focus(),
  }), []);
  const open = room !== undefined && room.phase !== 'refused' && room.phase !== 'kicked';
  useEffect(() => {
    // A touch screen's keyboard would come up and hide half of what one came to read.
    if (open && finePointer()) composer.current?.focus();
  }, [open]);

  const editLast = useCallback(() => list.current?.editLastOwn() ?? false, []);
  const cancelReply = useCallback(() => setReplyTo(null), []);
  const members = room?.members;
  const names = useMemo(() => (members ?? []).map((member) => member.name).filter((member) => member !== own), [members, own]);

  if (room?.phase === 'refused' && room.refusal !== null) {
    return <RefusedRoom room={name} refusal={room.refusal} guest={guest} onJoin={onJoin} onBrowse={onBrowse} onSignOut={onSignOut} />;
  }
  if (room?.phase === 'kicked') {
    return (
      <div className={styles.state}>
        <EmptyState
          icon={<AlertIcon size={28} />} title={t('chat-kicked', { room: name })} description={room.kickedReason || t('chat-kicked-text')}
          action={<div className={styles.buttons}><Button onClick={onBrowse}>{t('chat-browse')}</Button><Button variant="primary" onClick={() => onJoin()}>{t('chat-join-again')}</Button></div>}
        />
      </div>
    );
  }
  return (
    <OwnNameContext.Provider value={own}>
      {room === undefined || (room.phase === 'joining' && room.rows.length === 0)
        ? <LoadingRows />
        : <MessageList ref={list} room={room} own={own} onReply={setReplyTo} />}
      <div className={styles.foot}>
        <TypingIndicator names={room?.typing ?? []} />
        <Composer
          ref={composer} room={name} members={names} replyTo={replyTo} onCancelReply={cancelReply} disabledReason={room === undefined ? t('chat-joining') : null}
          onEditLast={editLast}
        />
      </div>
    </OwnNameContext.Provider>
  );
});
