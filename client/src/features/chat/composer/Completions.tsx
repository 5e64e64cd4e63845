import { useEffect, useRef, type ReactElement } from 'react';
import { useText } from '../../../i18n/context';
import { Avatar } from '../../../ui/Avatar';
import { classNames } from '../../../ui/class_names';
import type { Suggestion } from './completion';
import styles from './Completions.module.css';

export const suggestionId = (listId: string, index: number): string => `${listId}-${index}`;

export interface CompletionsProps {
  readonly id: string;
  readonly suggestions: readonly Suggestion[];
  readonly selected: number;
  readonly onSelect: (index: number) => void;
  readonly onTake: (suggestion: Suggestion) => void;
}

/** The list above the composer; the focus stays in its field. */
export function Completions({ id, suggestions, selected, onSelect, onTake }: CompletionsProps): ReactElement {
  const t = useText();
  const list = useRef<HTMLUListElement>(null);
  useEffect(() => {
    list.current?.children[selected]?.scrollIntoView({ block: 'nearest' });
  }, [selected]);
  return (
    <ul ref={list} id={id} role="listbox" aria-label={t('chat-suggestions')} className={styles.list}>
      {suggestions.map((suggestion, index) => (
        <li
          key={suggestion.key} id={suggestionId(id, index)} role="option" aria-selected={index === selected} className={classNames(styles.option, index === selected && styles.selected)}
          // Not on click: that would take the focus out of the field first.
          onPointerDown={(event) => { event.preventDefault(); onTake(suggestion); }} onPointerMove={() => { if (index !== selected) onSelect(index); }}
        >
          {suggestion.emoji === null ? <Avatar name={suggestion.label} size={24} /> : <span className={styles.emoji}>{suggestion.emoji}</span>}
          <bdi>{suggestion.label}</bdi>
        </li>
      ))}
    </ul>
  );
}
