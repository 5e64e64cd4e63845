/** Dates, numbers and lists in the reader's language and time zone. Times are epoch milliseconds. */

import { formatDuration } from './duration';

export interface Format {
  readonly locale: string;
  /** 14:05 or 2:05 PM */
  readonly time: (ms: number) => string;
  /** Today, Yesterday, Monday 3 March; with the year where it is not this one. */
  readonly day: (ms: number, now: number) => string;
  /** Everything, for a tooltip. */
  readonly dateTime: (ms: number) => string;
  readonly date: (ms: number) => string;
  /** 5 minutes ago, in 2 hours */
  readonly relative: (ms: number, now: number) => string;
  readonly number: (value: number) => string;
  /** 1.2K where there is little room. */
  readonly compact: (value: number) => string;
  /** Ada, Grace and Linus */
  readonly list: (items: readonly string[]) => string;
  /** As formatDuration. */
  readonly duration: (ms: number) => string;
  readonly bytes: (value: number) => string;
}

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const RELATIVE_STEPS: readonly (readonly [Intl.RelativeTimeFormatUnit, number])[] = [
  ['year', 365 * DAY], ['month', 30 * DAY], ['week', 7 * DAY], ['day', DAY], ['hour', HOUR], ['minute', MINUTE],
];

/** Whole calendar days from `ms` to `now` in the reader's zone: not by 24 hours, because of daylight saving. */
function daysBetween(ms: number, now: number, part: Intl.DateTimeFormat): number {
  const dayNumber = (time: number): number => {
    const parts = Object.fromEntries(part.formatToParts(time).map(({ type, value }) => [type, Number(value)]));
    return Date.UTC(parts.year ?? 0, (parts.month ?? 1) - 1, parts.day ?? 1) / DAY;
  };
  return dayNumber(now) - dayNumber(ms);
}

/** `timeZone`: only for tests; the reader's own otherwise. */
export function makeFormat(locale: string, timeZone?: string): Format {
  const zone = timeZone === undefined ? {} : { timeZone };
  // Making an Intl object costs more than using it a hundred times.
  const lazy = <T>(make: () => T): (() => T) => {
    let made: T | null = null;
    return () => (made ??= make());
  };
  const dates = (options: Intl.DateTimeFormatOptions) => lazy(() => new Intl.DateTimeFormat(locale, { ...options, ...zone }));
  const numbers = (options: Intl.NumberFormatOptions) => lazy(() => new Intl.NumberFormat(locale, options));

  const time = dates({ timeStyle: 'short' });
  const dateTime = dates({ dateStyle: 'full', timeStyle: 'short' });
  const date = dates({ dateStyle: 'long' });
  const dayThisYear = dates({ weekday: 'long', day: 'numeric', month: 'long' });
  const dayOtherYear = dates({ weekday: 'short', day: 'numeric', month: 'long', year: 'numeric' });
  const parts = lazy(() => new Intl.DateTimeFormat('en', { year: 'numeric', month: 'numeric', day: 'numeric', calendar: 'gregory', ...zone }));
  const relative = lazy(() => new Intl.RelativeTimeFormat(locale, { numeric: 'auto' }));
  const plain = numbers({});
  const compact = numbers({ notation: 'compact', maximumFractionDigits: 1 });
  const list = lazy(() => new Intl.ListFormat(locale, { type: 'conjunction' }));

  const capitalised = (text: string): string => text.charAt(0).toLocaleUpperCase(locale) + text.slice(1);

  return {
    locale,
    time: (ms) => time().format(ms),
    day: (ms, now) => {
      const days = daysBetween(ms, now, parts());
      if (days === 0 || days === 1) return capitalised(relative().format(-days, 'day'));
      const sameYear = new Date(ms).getFullYear() === new Date(now).getFullYear();
      return (sameYear ? dayThisYear() : dayOtherYear()).format(ms);
    },
    dateTime: (ms) => dateTime().format(ms),
    date: (ms) => date().format(ms),
    relative: (ms, now) => {
      const difference = ms - now;
      for (const [unit, length] of RELATIVE_STEPS) {
        if (Math.abs(difference) >= length) return relative().format(Math.trunc(difference / length), unit);
      }
      return relative().format(Math.trunc(difference / SECOND), 'second');
    },
    number: (value) => plain().format(value),
    compact: (value) => compact().format(value),
    list: (items) => list().format(items),
    duration: (ms) => formatDuration(locale, ms),
    bytes: (value) => {
      const units = ['byte', 'kilobyte', 'megabyte', 'gigabyte'] as const;
      let index = 0;
      let amount = value;
      while (amount >= 1000 && index < units.length - 1) {
        amount /= 1000;
        index += 1;
      }
      const unit = units[index] ?? 'byte';
      return new Intl.NumberFormat(locale, { style: 'unit', unit, unitDisplay: 'short', maximumFractionDigits: index === 0 ? 0 : 1 }).format(amount);
    },
  };
}
