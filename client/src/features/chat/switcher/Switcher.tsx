/** To another room without the mouse: the rooms one is in, found by a few of their letters, or any room by its name. */

import { useId, useMemo, useRef, useState, type KeyboardEvent, type ReactElement } from 'react';
import { useText } from '../../../i18n/context';
import type { RoomSummary } from '../../../state/view';
import { Badge } from '../../../ui/Badge';
import { classNames } from '../../../ui/class_names';
import { Dialog } from '../../../ui/Dialog';
import { HashIcon, LockIcon, PlusIcon, SearchIcon, XIcon } from '../../../ui/icons';
import { IconButton } from '../../../ui/IconButton';
import { Kbd } from '../../../ui/Kbd';
import { codePoints } from '../composer/code_points';
import { fuzzyFilter } from './fuzzy';
import styles from './Switcher.module.css';

const MAX_SHOWN = 50;
const MAX_NAME = 30;

export interface SwitcherProps {
  readonly rooms: readonly RoomSummary[];
  readonly current: string | null;
  readonly onOpen: (room: string) => void;
  readonly onClose: () => void;
}

type Option = { readonly kind: 'room'; readonly room: RoomSummary } | { readonly kind: 'join'; readonly name: string };

/** As the server will see it: trimmed, lower-cased, composed. null if it cannot be a room's name. */
export function roomName(written: string): string | null {
  const name = written.trim().replace(/^#/, '').normalize('NFC').toLowerCase().trim();
  return name === '' || codePoints(name) > MAX_NAME ? null : name;
}

function optionsFor(rooms: readonly RoomSummary[], current: string | null, query: string): readonly Option[] {
  const wanted = query.replace(/^#/, '');
  // Where one is already comes last; where something waits comes first.
  const order = (room: RoomSummary): number => (room.name === current ? 3 : room.mentions > 0 ? 0 : room.unread > 0 ? 1 : 2);
  const sorted = wanted.trim() === '' ? [...rooms].sort((a, b) => order(a) - order(b)) : rooms;
  const options: Option[] = fuzzyFilter(sorted, wanted, (room) => room.name).slice(0, MAX_SHOWN).map((room) => ({ kind: 'room', room }));
  const name = roomName(query);
  if (name !== null && !rooms.some((room) => room.name === name)) options.push({ kind: 'join', name });
  return options;
}

export default function Switcher({ rooms, current, onOpen, onClose }: SwitcherProps): ReactElement {
  const t = useText();
  const [query, setQuery] = useState('');
  const [selected, setSelected] = useState(0);
  const field = useRef<HTMLInputElement>(null);
  const list = useRef<HTMLUListElement>(null);
  const id = useId();
  const options = useMemo(() => optionsFor(rooms, current, query), [rooms, current, query]);
  const at = Math.min(selected, options.length - 1);

  const open = (option: Option | undefined): void => {
    if (option !== undefined) onOpen(option.kind === 'room' ? option.room.name : option.name);
  };
  const select = (index: number): void => {
    setSelected(index);
    list.current?.children[index]?.scrollIntoView({ block: 'nearest' });
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.nativeEvent.isComposing || options.length === 0) return;
    if (event.key === 'ArrowDown') select((at + 1) % options.length);
    else if (event.key === 'ArrowUp') select((at + options.length - 1) % options.length);
    else if (event.key === 'Enter') open(options[at]);
    else return;
    event.preventDefault();
  };

  return (
    <Dialog open onClose={onClose} title={t('chat-switch')} size="medium" bare initialFocus={field}>
      <div className={styles.search}>
        <SearchIcon />
        <input
          ref={field} className={styles.field} type="text" role="combobox" dir="auto" value={query} placeholder={t('chat-switch-placeholder')} aria-label={t('chat-switch-placeholder')}
          autoComplete="off" spellCheck={false} aria-expanded={options.length > 0} aria-controls={`${id}-list`} aria-activedescendant={options.length > 0 ? `${id}-${at}` : undefined}
          onChange={(event) => { setQuery(event.target.value); setSelected(0); }} onKeyDown={onKeyDown}
        />
        <span className={styles.keys}><Kbd keys="Escape" /></span>
        <span className={styles.close}><IconButton label={t('ui-close')} tooltip={null} icon={<XIcon />} onClick={onClose} /></span>
      </div>
      <ul ref={list} id={`${id}-list`} role="listbox" aria-label={t('chat-rooms')} className={styles.list}>
        {options.map((option, index) => (
          <li
            key={option.kind === 'room' ? `room ${option.room.name}` : 'join'} id={`${id}-${index}`} role="option" aria-selected={index === at}
            className={classNames(styles.option, index === at && styles.selected)} onPointerMove={() => { if (index !== selected) setSelected(index); }} onClick={() => open(option)}
          >
            {option.kind === 'join'
              ? <><PlusIcon size={16} /><span className={styles.name}>{t('chat-switch-join', { room: option.name })}</span></>
              : (
                <>
                  {option.room.isPrivate ? <LockIcon size={16} /> : <HashIcon size={16} />}
                  <bdi className={styles.name}>{option.room.name}</bdi>{' '}
                  {option.room.name === current && <span className={styles.here}>{t('chat-switch-here')}</span>}
                  {option.room.mentions > 0
                    ? <Badge count={option.room.mentions} tone="mention" label={t('chat-mentions', { count: option.room.mentions })} />
                    : <Badge count={option.room.unread} label={t('chat-unread', { count: option.room.unread })} />}
                </>
              )}
          </li>
        ))}
      </ul>
      {options.length === 0 && <p className={styles.none}>{t('chat-switch-none')}</p>}
    </Dialog>
  );
}
