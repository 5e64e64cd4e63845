import type { Format } from '../../../i18n/format';

/** Beyond this many minutes it begins anew. */
const KEPT = 2_000;
const kept = new WeakMap<Format, Map<number, string>>();

/** `format.time`, worked out once for each minute: it is asked for with every row that scrolls into view. */
export function minuteTime(format: Format, ms: number): string {
  let times = kept.get(format);
  if (times === undefined || times.size >= KEPT) {
    times = new Map();
    kept.set(format, times);
  }
  const minute = Math.floor(ms / 60_000);
  let text = times.get(minute);
  if (text === undefined) {
    text = format.time(ms);
    times.set(minute, text);
  }
  return text;
}
