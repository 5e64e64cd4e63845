import { useEffect, useRef } from 'react';
import { useText } from '../../../i18n/context';
import type { MessageRow, Row } from '../../../state/view';
import { useAnnounce } from '../../../ui/Announcer';
import { oneLine } from './one_line';

/** Messages that come within this time are told together. */
export const GATHER_MS = 1_000;
/** More than this are counted instead of read out. */
const READ_OUT = 3;

/** What came since: confirmed messages of others after `seq`, oldest first. */
export function messagesAfter(rows: readonly Row[], seq: number): readonly MessageRow[] {
  const found: MessageRow[] = [];
  for (let i = rows.length - 1; i >= 0; --i) {
    const row = rows[i] as Row;
    if (row.kind !== 'message' || row.seq === null) continue;
    if (row.seq <= seq) break;
    if (!row.own) found.push(row);
  }
  return found.reverse();
}

export function lastSeqOf(rows: readonly Row[]): number {
  for (let i = rows.length - 1; i >= 0; --i) {
    const row = rows[i] as Row;
    if (row.kind === 'message' && row.seq !== null) return row.seq;
  }
  return 0;
}

/** Tells screen readers of new messages, politely: author and text, or how many when there are many at once. What was
 *  there when the room was opened is not news. `live`: whether the room is joined, so that what comes is new. */
export function useAnnouncements(rows: readonly Row[], live: boolean): void {
  const t = useText();
  const announce = useAnnounce();
  const told = useRef<number | null>(null);
  const timer = useRef<ReturnType<typeof setTimeout> | null>(null);
  const latest = useRef(rows);

  useEffect(() => {
    latest.current = rows;
    if (!live) return;
    if (told.current === null) {
      told.current = lastSeqOf(rows);
      return;
    }
    if (timer.current !== null || lastSeqOf(rows) <= told.current) return;
    timer.current = setTimeout(() => {
      timer.current = null;
      const fresh = messagesAfter(latest.current, told.current ?? 0);
      told.current = lastSeqOf(latest.current);
      if (fresh.length === 0) return;
      announce(fresh.length > READ_OUT
        ? t('chat-new-messages', { count: fresh.length })
        : fresh.map((row) => t('chat-said', { user: row.user, text: oneLine(row.text) })).join('\n'));
    }, GATHER_MS);
  }, [rows, live, announce, t]);

  useEffect(() => () => {
    if (timer.current !== null) clearTimeout(timer.current);
  }, []);
}
