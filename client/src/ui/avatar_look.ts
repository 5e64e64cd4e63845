/** What an avatar without an image looks like: always the same for the same name. */

/** As many as there are --avatar-n in tokens.css. */
export const AVATAR_HUES = 10;

export function hueOf(name: string): number {
  // FNV-1a: similar names get different colours.
  let hash = 0x811c9dc5;
  for (const character of name) hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193) >>> 0;
  return hash % AVATAR_HUES;
}

/** One or two: of the first two words, else the first letter. Letters of every script, and emoji as they are. */
export function initialsOf(name: string): string {
  const words = name.split(/[\s._-]+/u).filter((word) => word !== '');
  const first = firstSymbol(words[0] ?? name);
  return (first + (words.length > 1 ? firstSymbol(words[1] ?? '') : '')).toLocaleUpperCase();
}

function firstSymbol(text: string): string {
  // A flag or a family is several code points.
  const segmenter = typeof Intl.Segmenter === 'function' ? new Intl.Segmenter() : null;
  const segment = segmenter?.segment(text)[Symbol.iterator]().next().value as Intl.SegmentData | undefined;
  return segment?.segment ?? [...text][0] ?? '?';
}

/** The image if it is one of this server's: any other would tell a stranger who reads what, and the browser refuses it. */
export function ownImage(image: string | null | undefined): string | null {
  return image !== null && image !== undefined && /^\/(?![/\\])/.test(image) ? image : null;
}
