/** Where the list stands: at its end, and stays there while rows come and grow; or somewhere above, and stays there too. */

import { useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState, type RefObject } from 'react';
import type { VirtualizerHandle } from 'virtua';
import type { Row } from '../../../state/view';
import { lastSeqOf, messagesAfter } from './use_announcements';
import { listenForMoves } from './moves';

/** The place above the rows, where it says that older ones load or that the room begins here, CSS pixels. */
export const HEAD_HEIGHT = 64;
/** Nearer to the end than this counts as being there, CSS pixels. */
const NEAR_END = 32;
/** Above the unread divider stays this much of what was read, CSS pixels. */
const ABOVE_DIVIDER = 48;

export interface ScrollKeeping {
  readonly atEnd: boolean;
  /** Messages of others that came below what is on screen. */
  readonly newCount: number;
  readonly onScroll: (offset: number) => void;
  readonly onResize: () => void;
  readonly toEnd: () => void;
  readonly toRow: (index: number, align: 'nearest' | 'center') => void;
}

interface Options {
  readonly handle: RefObject<VirtualizerHandle | null>;
  readonly scroller: RefObject<HTMLElement | null>;
  readonly rows: readonly Row[];
  readonly unreadIndex: number;
  /** Whether there is something to stand at: the room's rows, or what this device remembers of them. */
  readonly ready: boolean;
  readonly joined: boolean;
}

/** How long after a room was joined its history may be on its way. */
const OPENING_MS = 3_000;

function useOpening(joined: boolean): boolean {
  const [opening, setOpening] = useState(true);
  useEffect(() => {
    if (!joined || !opening) return undefined;
    const timer = setTimeout(() => setOpening(false), OPENING_MS);
    return () => clearTimeout(timer);
  }, [joined, opening]);
  return opening;
}

/** How long after somebody moved upwards a scroll may still be on its way, ms. */
const WISH_MS = 250;

const isAtEnd = (list: VirtualizerHandle, offset: number): boolean => offset + list.viewportSize >= list.scrollSize - NEAR_END;

export function useScrollKeeping({ handle, scroller: scrollerRef, rows, unreadIndex, ready, joined }: Options): ScrollKeeping {
  /** The newest seq when the end was left; null while there. */
  const [leftAt, setLeftAt] = useState<number | null>(null);
  const following = useRef(true);
  const lastOffset = useRef(0);
  const latest = useRef(rows);
  /** Where to stand first, once that is known: at this row, or at the end (-1). */
  const [firstPlace, setFirstPlace] = useState<number | null>(null);
  const placedAt = useRef<number | null>(null);
  const opening = useOpening(joined);
  // What the device remembers is shown at its end; what the server adds a moment later may have a divider in it.
  const place = unreadIndex > 0 ? unreadIndex : -1;
  if (ready && rows.length > 0 && (firstPlace === null || (firstPlace === -1 && place > 0 && opening && leftAt === null))) {
    setFirstPlace(place);
    // What is below the divider is new, however much of it is on screen; and nobody has read it yet. Known in render, so
    // that no effect sees the list at its end for a moment.
    if (place > 0) setLeftAt(lastSeqOf(rows.slice(0, place)));
  }

  /** While a move upwards may still become a scroll: the newest seq when it was made. */
  const wish = useRef<number | null>(null);
  const wishTimer = useRef<ReturnType<typeof setTimeout>>();
  useEffect(() => () => clearTimeout(wishTimer.current), []);

  const leave = useCallback((seq: number) => {
    following.current = false;
    setLeftAt((before) => before ?? seq);
  }, []);
  const follow = useCallback(() => {
    following.current = true;
    setLeftAt(null);
  }, []);
  const scrollToEnd = useCallback(() => {
    // Not by the list: that repeats a scroll to an index with every row that is measured within a moment after it, and would
    // pull back whoever scrolls up for as long as messages come. This is done again with what grows.
    if (scrollerRef.current !== null) scrollerRef.current.scrollTop = scrollerRef.current.scrollHeight;
  }, [scrollerRef]);

  const toEnd = useCallback(() => {
    wish.current = null;
    follow();
    scrollToEnd();
  }, [follow, scrollToEnd]);

  const onScroll = useCallback((offset: number) => {
    const list = handle.current;
    if (list === null) return;
    if (isAtEnd(list, offset)) {
      // The scroll to the end that was under way when somebody moved upwards.
      if (wish.current === null) follow();
    } else if (wish.current !== null) leave(wish.current);
    // Only a move upwards is somebody's wish: while rows come and are measured, the end runs ahead for a moment.
    else if (offset < lastOffset.current - 1) leave(lastSeqOf(latest.current));
    lastOffset.current = offset;
  }, [follow, handle, leave]);

  const frame = useRef(0);
  useEffect(() => () => cancelAnimationFrame(frame.current), []);
  /** Sees whether the end is on screen once what was drawn is laid out and measured. */
  const look = useCallback(() => {
    const check = (): void => {
      const list = handle.current;
      if (list === null || following.current || wish.current !== null) return;
      // Until the rows on screen are measured, and hidden so long, the list knows its size only by estimate.
      if (scrollerRef.current?.querySelector('[style*="visibility: hidden"]')) frame.current = requestAnimationFrame(check);
      else if (isAtEnd(list, list.scrollOffset)) follow();
    };
    cancelAnimationFrame(frame.current);
    frame.current = requestAnimationFrame(() => { frame.current = requestAnimationFrame(check); });
  }, [follow, handle, scrollerRef]);

  const wishUp = useCallback(() => {
    const list = handle.current;
    if (list === null || list.scrollSize <= list.viewportSize || (!following.current && wish.current === null)) return;
    // In a busy room the end runs ahead between two frames by more than the move: seen by offsets alone it would be lost.
    const seq = wish.current ?? lastSeqOf(latest.current);
    following.current = false;
    wish.current = seq;
    clearTimeout(wishTimer.current);
    wishTimer.current = setTimeout(() => {
      const now = handle.current;
      if (now === null || wish.current === null) return;
      wish.current = null;
      if (isAtEnd(now, now.scrollOffset)) follow();
      else leave(seq);
    }, WISH_MS);
  }, [follow, handle, leave]);
  const wishDown = useCallback(() => {
    if (wish.current === null) return;
    wish.current = null;
    look();
  }, [look]);
  useEffect(() => (scrollerRef.current === null ? undefined : listenForMoves(scrollerRef.current, wishUp, wishDown)), [scrollerRef, wishDown, wishUp]);

  const onResize = useCallback(() => {
    if (following.current) scrollToEnd();
    else look();
  }, [look, scrollToEnd]);

  const toRow = useCallback((index: number, align: 'nearest' | 'center') => {
    // The end must not pull the list back while it is on its way.
    if (index < latest.current.length - 1) leave(lastSeqOf(latest.current));
    handle.current?.scrollToIndex(index, { align });
  }, [handle, leave]);

  useLayoutEffect(() => {
    const before = latest.current;
    latest.current = rows;
    const last = rows.at(-1);
    if (last === undefined) return;
    if (firstPlace !== null && placedAt.current !== firstPlace) {
      placedAt.current = firstPlace;
      if (firstPlace > 0) {
        following.current = false;
        handle.current?.scrollToIndex(firstPlace, { align: 'start', offset: -ABOVE_DIVIDER });
        // All that is new may fit on the screen: nothing scrolls then, and no scroll event says that the end is seen.
        look();
        return;
      }
    }
    const wroteOne = last.kind === 'message' && last.own && last.id === null && last.key !== before.at(-1)?.key;
    if (wroteOne) toEnd();
    else if (following.current) scrollToEnd();
  }, [firstPlace, handle, look, rows, scrollToEnd, toEnd]);

  const newCount = useMemo(() => (leftAt === null ? 0 : messagesAfter(rows, leftAt).length), [rows, leftAt]);
  return { atEnd: leftAt === null, newCount, onScroll, onResize, toEnd, toRow };
}
