/** The emoji that were used last on this device, newest first. */

const KEY = 'chillin.emoji.recent';
const MAX = 16;
const DEFAULT: readonly string[] = ['👍', '❤️', '😂', '🎉', '😮', '😢', '🙏', '👀'];

export function recentEmoji(): readonly string[] {
  let kept: unknown = null;
  try {
    kept = JSON.parse(localStorage.getItem(KEY) ?? 'null');
  } catch {
    // Storage that is closed to us, or holds something else: the usual ones then.
  }
  const used = Array.isArray(kept) ? kept.filter((item): item is string => typeof item === 'string' && item !== '') : [];
  return [...new Set([...used, ...DEFAULT])].slice(0, MAX);
}

export function rememberEmoji(emoji: string): void {
  try {
    localStorage.setItem(KEY, JSON.stringify([emoji, ...recentEmoji().filter((other) => other !== emoji)].slice(0, MAX)));
  } catch {
    // Not worth a word.
  }
}
