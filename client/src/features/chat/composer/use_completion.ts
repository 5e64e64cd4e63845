import { useMemo, useState } from 'react';
import { useEmojiData } from '../emoji/emoji_data';
import { suggestEmoji, suggestMembers, triggerAt, type Suggestion, type Trigger } from './completion';

export interface Completion {
  readonly trigger: Trigger | null;
  readonly suggestions: readonly Suggestion[];
  readonly selected: number;
  readonly select: (index: number) => void;
  /** Until something else is typed. */
  readonly dismiss: () => void;
}

const NONE: readonly Suggestion[] = [];

/** What can be completed at the caret. `caret`: null while a range is selected or the field has not the focus. */
export function useCompletion(text: string, caret: number | null, members: readonly string[]): Completion {
  const found = useMemo(() => (caret === null ? null : triggerAt(text, caret)), [text, caret]);
  const [dismissed, setDismissed] = useState<string | null>(null);
  const [selected, setSelected] = useState(0);
  const data = useEmojiData(found?.kind === 'emoji');

  // The same sign at the same place, with the same text: what was dismissed there stays so.
  const place = found === null ? null : `${found.kind}${found.from}${found.query}`;
  const trigger = place === dismissed ? null : found;
  const suggestions = useMemo(() => {
    if (trigger === null) return NONE;
    if (trigger.kind === 'member') return suggestMembers(members, trigger.query);
    return data === null ? NONE : suggestEmoji(data, trigger.query);
  }, [trigger, members, data]);

  const [lastPlace, setLastPlace] = useState(place);
  if (lastPlace !== place) {
    setLastPlace(place);
    setSelected(0);
    if (place === null) setDismissed(null);
  }

  return { trigger, suggestions, selected: Math.min(selected, Math.max(0, suggestions.length - 1)), select: setSelected, dismiss: () => setDismissed(place) };
}
