/** What Ctrl+B and Ctrl+I do to the text of a field: pure. */

export interface Selection {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

/** Puts `mark` around the selection, or takes it away where it stands there already. */
export function toggleMark({ text, start, end }: Selection, mark: string): Selection {
  const size = mark.length;
  const inside = text.slice(start, end);
  // "**" around a word also is a "*" around it: only a mark of exactly this length counts.
  const sign = mark.charAt(0);
  const runBefore = /[*_`~]*$/.exec(text.slice(0, start))?.[0] ?? '';
  const runAfter = /^[*_`~]*/.exec(text.slice(end))?.[0] ?? '';
  const has = (run: string, near: 'end' | 'start'): boolean => {
    const own = near === 'end' ? /(.)\1*$/.exec(run)?.[0] : /^(.)\1*/.exec(run)?.[0];
    return own !== undefined && own.charAt(0) === sign && (own.length === size || own.length === 3);
  };
  if (has(runBefore, 'end') && has(runAfter, 'start')) {
    return { text: text.slice(0, start - size) + inside + text.slice(end + size), start: start - size, end: end - size };
  }
  return { text: text.slice(0, start) + mark + inside + mark + text.slice(end), start: start + size, end: end + size };
}

/** Puts `piece` in the place of what is between `from` and `to`; the caret comes after it. */
export function replaceRange(text: string, from: number, to: number, piece: string): Selection {
  const caret = from + piece.length;
  return { text: text.slice(0, from) + piece + text.slice(to), start: caret, end: caret };
}
