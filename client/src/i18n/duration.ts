/** 12 sec, 2 min: rounded up, so that it never says 0 while there is something left. */
export function formatDuration(locale: string, ms: number): string {
  const short = ms <= 90_000;
  return new Intl.NumberFormat(locale, { style: 'unit', unit: short ? 'second' : 'minute', unitDisplay: 'short' })
    .format(Math.ceil(ms / (short ? 1000 : 60_000)));
}
