/** What is being completed at the caret: `:na` an emoji, `@na` a member. Pure. */

import { searchEmoji, type EmojiData } from '../emoji/emoji_data';

export interface Trigger {
  readonly kind: 'emoji' | 'member';
  /** Without the sign. */
  readonly query: string;
  /** Where the sign stands, and where the caret does. */
  readonly from: number;
  readonly to: number;
}

export interface Suggestion {
  readonly key: string;
  /** What takes the trigger's place. */
  readonly insert: string;
  readonly label: string;
  readonly emoji: string | null;
}

const MAX_SUGGESTIONS = 8;

/** Two letters before emoji are offered: ":)" and "10:3" are nobody's wish for one. */
const EMOJI = /(?:^|[\s(])(:([a-z+-][a-z0-9_+-]+))$/i;
const MEMBER = /(?:^|[\s(])(@([^\s@]{0,24}))$/u;

export function triggerAt(text: string, caret: number): Trigger | null {
  const before = text.slice(Math.max(0, caret - 64), caret);
  for (const [kind, pattern] of [['emoji', EMOJI], ['member', MEMBER]] as const) {
    const match = pattern.exec(before);
    if (match !== null) return { kind, query: (match[2] as string).toLowerCase(), from: caret - (match[1] as string).length, to: caret };
  }
  return null;
}

export function suggestEmoji(data: EmojiData, query: string): readonly Suggestion[] {
  return searchEmoji(data, query, MAX_SUGGESTIONS).map((emoji) => ({
    key: emoji.char,
    insert: `${emoji.char} `,
    label: `:${emoji.names.find((name) => name.includes(query)) ?? emoji.names[0]}:`,
    emoji: emoji.char,
  }));
}

/** Names that begin with it first, then those that have it inside; of each in the order given. */
export function suggestMembers(names: readonly string[], query: string): readonly Suggestion[] {
  const wanted = query.normalize('NFC').toLowerCase();
  const begins = names.filter((name) => name.startsWith(wanted));
  const inside = names.filter((name) => !name.startsWith(wanted) && name.includes(wanted));
  return [...begins, ...inside].slice(0, MAX_SUGGESTIONS).map((name) => ({ key: name, insert: `@${name} `, label: name, emoji: null }));
}
