/** All emoji, to search and to choose from. The focus stays in the search field; the arrow keys move through the grid
 *  below it (the combobox with a grid of the ARIA Authoring Practices). */

import { useEffect, useId, useMemo, useRef, useState, type KeyboardEvent, type ReactElement } from 'react';
import { VList, type VListHandle } from 'virtua';
import { useText } from '../../../i18n/context';
import { Button } from '../../../ui/Button';
import { classNames } from '../../../ui/class_names';
import { SearchIcon } from '../../../ui/icons';
import { Spinner } from '../../../ui/Spinner';
import { loadEmoji, searchEmoji, useEmojiData, type EmojiData } from './emoji_data';
import { gridRows, move, type Cell, type GridRow } from './emoji_grid';
import { recentEmoji, rememberEmoji } from './recent_emoji';
import styles from './EmojiPicker.module.css';

const MAX_FOUND = 80;

function sections(data: EmojiData, query: string, recent: readonly string[]): readonly GridRow[] {
  if (query.trim() !== '') return gridRows([{ id: 'found', emoji: searchEmoji(data, query, MAX_FOUND).map((emoji) => emoji.char) }]);
  return gridRows([
    { id: 'recent', emoji: recent },
    ...data.groups.map((group) => ({ id: group.id, emoji: group.emoji.map((emoji) => emoji.char) })),
  ]);
}

/** The id of a text must be made of letters. */
const groupText = (id: string): string => `chat-emoji-group-${id.toLowerCase().replace(/[^a-z]+/g, '-')}`;

export default function EmojiPicker({ onPick }: { onPick: (emoji: string) => void }): ReactElement {
  const t = useText();
  const data = useEmojiData(true);
  const [failed, setFailed] = useState(false);
  const [query, setQuery] = useState('');
  const [recent] = useState(recentEmoji);
  const [cell, setCell] = useState<Cell | null>(null);
  const [looked, setLooked] = useState<string | null>(null);
  const list = useRef<VListHandle>(null);
  const id = useId();

  useEffect(() => {
    let gone = false;
    loadEmoji().catch(() => { if (!gone) setFailed(true); });
    return () => { gone = true; };
  }, []);

  const rows = useMemo(() => (data === null ? [] : sections(data, query, recent)), [data, query, recent]);
  // While something is searched for, the first that was found is what Enter takes.
  const first = query.trim() === '' ? null : move(rows, null, 'ArrowDown') ?? null;
  const current = cell ?? first;
  const emojiAt = (at: Cell | null): string | null => {
    const row = at === null ? undefined : rows[at.row];
    return at === null || row === undefined || row.kind !== 'emoji' ? null : row.emoji[at.column] ?? null;
  };
  const chosen = emojiAt(current);
  const shown = looked ?? chosen;
  const cellId = (at: Cell): string => `${id}-${at.row}-${at.column}`;

  const pick = (emoji: string): void => {
    rememberEmoji(emoji);
    onPick(emoji);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.nativeEvent.isComposing) return;
    if (event.key === 'Enter') {
      event.preventDefault();
      if (chosen !== null) pick(chosen);
      return;
    }
    // Without a place in the grid the arrows to the sides move the caret, as in every field.
    if (cell === null && event.key !== 'ArrowDown') return;
    const next = move(rows, current, event.key);
    if (next === undefined) return;
    event.preventDefault();
    setCell(next);
    setLooked(null);
    if (next !== null) list.current?.scrollToIndex(next.row, { align: 'nearest' });
  };

  return (
    <div className={styles.picker}>
      <div className={styles.search}>
        <SearchIcon size={16} />
        <input
          autoFocus type="text" role="combobox" className={styles.field} value={query} placeholder={t('chat-emoji-search')} aria-label={t('chat-emoji-search')}
          autoComplete="off" spellCheck={false} aria-expanded="true" aria-haspopup="grid" aria-controls={`${id}-grid`}
          aria-activedescendant={current === null ? undefined : cellId(current)}
          onChange={(event) => { setQuery(event.target.value); setCell(null); list.current?.scrollTo(0); }} onKeyDown={onKeyDown}
        />
      </div>
      {data === null ? (
        <div className={styles.waiting}>
          {failed
            ? <><p>{t('chat-emoji-failed')}</p><Button size="small" onClick={() => { setFailed(false); loadEmoji().catch(() => setFailed(true)); }}>{t('chat-retry')}</Button></>
            : <Spinner label={t('chat-loading')} />}
        </div>
      ) : rows.length === 0 ? (
        <p className={styles.waiting}>{t('chat-emoji-none')}</p>
      ) : (
        <VList ref={list} id={`${id}-grid`} role="grid" aria-label={t('chat-emoji-picker')} aria-rowcount={rows.length} className={styles.grid} data={rows}>
          {(row, rowIndex) => (row.kind === 'title'
            ? <div key={row.key} role="row" aria-rowindex={rowIndex + 1} className={styles.title}><span role="gridcell">{t(groupText(row.id))}</span></div>
            : (
              <div key={row.key} role="row" aria-rowindex={rowIndex + 1} className={styles.row}>
                {row.emoji.map((char, column) => {
                  const at = { row: rowIndex, column };
                  const isCurrent = current !== null && current.row === rowIndex && current.column === column;
                  return (
                    <button
                      key={char} id={cellId(at)} type="button" role="gridcell" tabIndex={-1} aria-selected={isCurrent}
                      aria-label={data.byChar.get(char)?.names[0]?.replaceAll('_', ' ') ?? char}
                      className={classNames(styles.cell, isCurrent && styles.current)}
                      onPointerEnter={() => setLooked(char)} onPointerLeave={() => setLooked(null)} onClick={() => pick(char)}
                    >
                      {char}
                    </button>
                  );
                })}
              </div>
            ))}
        </VList>
      )}
      <p className={styles.shown} aria-hidden="true">
        {shown === null ? t('chat-emoji-hint') : <><span className={styles.large}>{shown}</span>{`:${data?.byChar.get(shown)?.names[0] ?? ''}:`}</>}
      </p>
    </div>
  );
}
