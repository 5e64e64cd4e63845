/** Lengths as the server counts them: code points after NFC, without control characters (docs/protocol.md). */

export const MAX_MESSAGE_LENGTH = 500;
/** The counter shows from here on. */
export const COUNT_FROM = MAX_MESSAGE_LENGTH * 0.8;

// eslint-disable-next-line no-control-regex -- these are what the server drops
const CONTROL = /[\u0000-\u0008\u000B-\u001F\u007F-\u009F]/g;

export function codePoints(text: string): number {
  const kept = text.replace(/\r\n?/g, '\n').replace(CONTROL, '').normalize('NFC');
  let count = 0;
  for (const _ of kept) ++count;
  return count;
}
