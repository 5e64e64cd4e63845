/** The messages of one room. Only what is on screen is in the document; `virtua` keeps the place when rows come above. */

import { forwardRef, useCallback, useEffect, useImperativeHandle, useLayoutEffect, useMemo, useRef, useState, type FocusEvent, type KeyboardEvent, type ReactElement } from 'react';
import { Virtualizer, type VirtualizerHandle } from 'virtua';
import { useChatActions } from '../../../hooks/chat';
import { useText } from '../../../i18n/context';
import type { MessageRow, RoomView, Row } from '../../../state/view';
import { useAnnounce } from '../../../ui/Announcer';
import { Spinner } from '../../../ui/Spinner';
import { ModeratesContext, RowCommandsContext } from './commands';
import { DeleteDialog } from './DeleteDialog';
import { MessageItem } from './MessageItem';
import { NewMessagesPill } from './NewMessagesPill';
import { DayDivider, NoticeItem, UnreadDivider } from './OtherRows';
import { useAnnouncements } from './use_announcements';
import { useMarkRead } from './use_mark_read';
import { useRowCommandsOf } from './use_row_commands_of';
import { HEAD_HEIGHT, useScrollKeeping } from './use_scroll_keeping';
import { useShiftedRows } from './use_shifted_rows';
import styles from './MessageList.module.css';

/** Older messages are asked for when this many rows are left above. */
const LOAD_AHEAD = 40;

/** Rows are drawn, and so measured, this far beyond what is on screen: a height that was guessed wrong is put right
 *  where nobody sees it. CSS pixels. */
const BUFFER = 500;
/** As long as the style sheet's animation of a row that was jumped to. */
const MARKED_FOR_MS = 2_000;

export interface MessageListHandle {
  readonly toEnd: () => void;
  /** The last of one's own that can be edited; false if there is none. */
  readonly editLastOwn: () => boolean;
}

export interface MessageListProps {
  readonly room: RoomView;
  readonly own: string;
  readonly onReply: (row: MessageRow) => void;
}

function lastIndex(rows: readonly Row[], fits: (row: Row) => boolean): number {
  for (let i = rows.length - 1; i >= 0; --i) if (fits(rows[i] as Row)) return i;
  return -1;
}

/** The next message from `index` in steps of `by`. */
function messageFrom(rows: readonly Row[], index: number, by: 1 | -1): number {
  for (let i = index + by; i >= 0 && i < rows.length; i += by) if (rows[i]?.kind === 'message') return i;
  return -1;
}

/** Where a key leads from the row at `index`: -1 for nowhere, null if it is no key of the list. */
function keyTarget(rows: readonly Row[], index: number, key: string): number | null {
  switch (key) {
    case 'ArrowUp':
      return messageFrom(rows, index, -1);
    case 'ArrowDown':
      return messageFrom(rows, index, 1);
    case 'Home':
      return messageFrom(rows, -1, 1);
    case 'End':
      return messageFrom(rows, rows.length, -1);
    default:
      return null;
  }
}

export const MessageList = forwardRef<MessageListHandle, MessageListProps>(function MessageList({ room, own, onReply }, ref): ReactElement {
  const t = useText();
  const announce = useAnnounce();
  const { loadOlder } = useChatActions();
  const virtualizer = useRef<VirtualizerHandle>(null);
  const scroller = useRef<HTMLDivElement>(null);
  const { rows, shift } = useShiftedRows(room.rows);
  const [activeKey, setActiveKey] = useState<string | null>(null);
  const [markedKey, setMarkedKey] = useState<string | null>(null);
  const focusNext = useRef<string | null>(null);

  // While rows at both ends are shown in two steps, the room's indexes are not those of the rows here.
  const keeping = useScrollKeeping({ handle: virtualizer, scroller, rows, unreadIndex: room.unreadIndex, ready: room.phase !== 'joining' && rows === room.rows, joined: room.phase === 'joined' });
  useAnnouncements(room.rows, room.phase === 'joined');
  useMarkRead(room, keeping.atEnd);

  const activeIndex = useMemo(() => {
    const chosen = activeKey === null ? -1 : lastIndex(rows, (row) => row.key === activeKey);
    return chosen === -1 ? lastIndex(rows, (row) => row.kind === 'message') : chosen;
  }, [rows, activeKey]);
  const keepMounted = useMemo(() => (activeIndex === -1 ? [] : [activeIndex]), [activeIndex]);

  const { toRow } = keeping;
  const focusRow = useCallback((index: number, align: 'nearest' | 'center') => {
    const row = rows[index];
    if (row === undefined) return;
    focusNext.current = row.key;
    setActiveKey(row.key);
    toRow(index, align);
  }, [rows, toRow]);
  useLayoutEffect(() => {
    if (focusNext.current === null || focusNext.current !== rows[activeIndex]?.key) return;
    // The virtual list keeps the active row mounted wherever it is, so it is here.
    for (const element of scroller.current?.querySelectorAll<HTMLElement>('[data-key]') ?? []) {
      if (element.dataset.key === focusNext.current) element.focus({ preventScroll: true });
    }
    focusNext.current = null;
  });

  const jumpTo = useCallback((id: string) => {
    const index = lastIndex(rows, (row) => row.kind === 'message' && row.id === id);
    if (index === -1) return announce(t('chat-reply-not-loaded'));
    focusRow(index, 'center');
    setMarkedKey((rows[index] as Row).key);
  }, [announce, focusRow, rows, t]);

  useEffect(() => {
    if (markedKey === null) return undefined;
    const timer = setTimeout(() => setMarkedKey(null), MARKED_FOR_MS);
    return () => clearTimeout(timer);
  }, [markedKey]);

  const { commands, editing, picking, removing, closeRemoving } = useRowCommandsOf({ own, onReply, jumpTo });

  useImperativeHandle(ref, () => ({
    toEnd: keeping.toEnd,
    editLastOwn: () => {
      const index = lastIndex(rows, (row) => row.kind === 'message' && row.own && row.id !== null && !row.deleted);
      const row = rows[index];
      if (row?.kind !== 'message') return false;
      toRow(index, 'nearest');
      commands.startEdit(row);
      return true;
    },
  }), [commands, keeping.toEnd, rows, toRow]);

  const onScroll = (offset: number): void => {
    keeping.onScroll(offset);
    const first = virtualizer.current?.findItemIndex(offset) ?? LOAD_AHEAD;
    if (first < LOAD_AHEAD && room.hasOlder && !room.loadingOlder) loadOlder(room.name);
  };
  useLayoutEffect(() => {
    // Too few to fill the screen: nobody can scroll up to ask for more.
    const list = virtualizer.current;
    if (list !== null && list.viewportSize > 0 && list.scrollSize <= list.viewportSize && room.phase === 'joined' && room.hasOlder && !room.loadingOlder) loadOlder(room.name);
  }, [loadOlder, room.hasOlder, room.loadingOlder, room.name, room.phase, rows]);

  const onKeyDown = (event: KeyboardEvent): void => {
    if (!(event.target instanceof HTMLElement) || event.target.dataset.key === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    const at = keyTarget(rows, activeIndex, event.key);
    if (at === null) return;
    event.preventDefault();
    if (at !== -1) focusRow(at, 'nearest');
  };
  const onFocus = (event: FocusEvent): void => {
    const key = event.target instanceof HTMLElement ? event.target.closest<HTMLElement>('[data-key]')?.dataset.key : undefined;
    if (key !== undefined) setActiveKey(key);
  };

  const draw = (row: Row, index: number): ReactElement => {
    switch (row.kind) {
      case 'day':
        return <DayDivider key={row.key} time={row.time} />;
      case 'unread':
        return <UnreadDivider key={row.key} />;
      case 'notice':
        return <NoticeItem key={row.key} text={row.text} time={row.time} />;
      case 'message':
        return <MessageItem key={row.key} row={row} active={index === activeIndex} editing={row.key === editing} picking={row.key === picking} marked={row.key === markedKey} />;
    }
  };

  return (
    <RowCommandsContext.Provider value={commands}>
      <ModeratesContext.Provider value={room.info !== null && room.info.creator === own}>
        <div className={styles.frame}>
          {/* Its own live region tells of new messages; a log that speaks would read out every row that scrolls into view. */}
          <div ref={scroller} role="log" aria-live="off" aria-label={t('chat-messages-in', { room: room.name })} aria-busy={room.phase === 'joining' || room.loadingOlder} className={styles.list} onKeyDown={onKeyDown} onFocus={onFocus}>
            <div className={styles.above} />
            <div className={styles.head} style={{ height: HEAD_HEIGHT }}>
              {room.loadingOlder ? <Spinner label={t('chat-loading-older')} /> : room.hasOlder || room.phase === 'joining' ? null : <p className={styles.beginning}>{t('chat-beginning', { room: room.name })}</p>}
            </div>
            <Virtualizer ref={virtualizer} data={rows} shift={shift} startMargin={HEAD_HEIGHT} bufferSize={BUFFER} keepMounted={keepMounted} onScroll={onScroll} onResize={keeping.onResize}>
              {draw}
            </Virtualizer>
          </div>
          {!keeping.atEnd && <NewMessagesPill count={keeping.newCount} onClick={keeping.toEnd} />}
        </div>
        {removing !== null && <DeleteDialog row={removing} onClose={closeRemoving} />}
      </ModeratesContext.Provider>
    </RowCommandsContext.Provider>
  );
});
