import type { ReactElement } from 'react';
import { useEmojiData } from '../emoji/emoji_data';
import { hasShortName, withEmoji } from './parse';

/** Plain text with its short names as emoji: for previews, where nothing else of Markdown is drawn. */
export function EmojiText({ text }: { text: string }): ReactElement {
  const names = useEmojiData(hasShortName(text))?.byName ?? null;
  return <>{withEmoji(text, names)}</>;
}
