/** The emoji and their short names: a large table, fetched when the first message or person needs it. */

import { useEffect, useSyncExternalStore } from 'react';

export interface Emoji {
  readonly char: string;
  /** The first is the usual one: "tada", without colons. */
  readonly names: readonly string[];
  /** Lower case: names, tags and description, for the search. */
  readonly haystack: string;
}

export interface EmojiGroup {
  readonly id: string;
  readonly emoji: readonly Emoji[];
}

export interface EmojiData {
  readonly groups: readonly EmojiGroup[];
  readonly all: readonly Emoji[];
  readonly byName: ReadonlyMap<string, string>;
  readonly byChar: ReadonlyMap<string, Emoji>;
}

/** What the table must look like. `react` takes at most 32 bytes (docs/protocol.md), so longer sequences are left out. */
export interface RawEmoji {
  readonly emoji: string;
  readonly names: readonly string[];
  readonly tags: readonly string[];
  readonly description: string;
  readonly category: string;
}
const MAX_BYTES = 32;

export function buildEmojiData(raw: readonly RawEmoji[]): EmojiData {
  const encoder = new TextEncoder();
  const groups = new Map<string, Emoji[]>();
  const byName = new Map<string, string>();
  const byChar = new Map<string, Emoji>();
  const all: Emoji[] = [];
  for (const { emoji: char, names, tags, description, category } of raw) {
    if (encoder.encode(char).length > MAX_BYTES) continue;
    const emoji: Emoji = { char, names, haystack: [...names, ...tags, description].join(' ').toLowerCase() };
    const group = groups.get(category);
    if (group === undefined) groups.set(category, [emoji]);
    else group.push(emoji);
    for (const name of names) byName.set(name, char);
    byChar.set(char, emoji);
    all.push(emoji);
  }
  return { groups: [...groups].map(([id, emoji]) => ({ id, emoji })), all, byName, byChar };
}

let loaded: EmojiData | null = null;
let loading: Promise<EmojiData> | null = null;
const listeners = new Set<() => void>();

export function loadEmoji(): Promise<EmojiData> {
  loading ??= import('gemoji').then(
    ({ gemoji }) => {
      loaded = buildEmojiData(gemoji);
      for (const changed of listeners) changed();
      return loaded;
    },
    (error: unknown) => {
      loading = null; // offline perhaps: the next who asks tries again
      throw error;
    },
  );
  return loading;
}

const subscribe = (changed: () => void): (() => void) => {
  listeners.add(changed);
  return () => listeners.delete(changed);
};

/** The table, or null until it is here. It is fetched only while `wanted`. */
export function useEmojiData(wanted: boolean): EmojiData | null {
  const data = useSyncExternalStore(subscribe, () => loaded);
  useEffect(() => {
    // Without the table a text shows its short names as they were written: nothing to tell anybody.
    if (wanted) loadEmoji().catch(() => undefined);
  }, [wanted]);
  return wanted ? data : null;
}

/** Best first: a name that begins with it, then a name with it inside, then tags and description. */
export function searchEmoji(data: EmojiData, query: string, limit: number): readonly Emoji[] {
  const wanted = query.trim().toLowerCase().replace(/^:|:$/g, '');
  if (wanted === '') return [];
  const ranks: [Emoji[], Emoji[], Emoji[]] = [[], [], []];
  for (const emoji of data.all) {
    if (emoji.names.some((name) => name.startsWith(wanted))) ranks[0].push(emoji);
    else if (emoji.names.some((name) => name.includes(wanted))) ranks[1].push(emoji);
    else if (emoji.haystack.includes(wanted)) ranks[2].push(emoji);
  }
  const shortest = (emoji: Emoji): number => Math.min(...emoji.names.map((name) => (name.startsWith(wanted) ? name.length : Infinity)));
  ranks[0].sort((a, b) => shortest(a) - shortest(b));
  return ranks.flat().slice(0, limit);
}
