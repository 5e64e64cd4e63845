/** Lengths as the server counts them: code points after NFC, without control characters (docs/protocol.md). */

/** The counter shows from this part of the limit on. */
export const COUNT_FROM = 0.8;

// eslint-disable-next-line no-control-regex -- these are what the server drops
const CONTROL = /[\u0000-\u0008\u000B-\u001F\u007F-\u009F]/g;

export function codePoints(text: string): number {
  const kept = text.replace(/\r\n?/g, '\n').replace(CONTROL, '').normalize('NFC');
  let count = 0;
  for (const _ of kept) ++count;
  return count;
}
