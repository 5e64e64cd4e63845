import { makeFormat, type Format } from './format';
import { useLocale } from './texts_context';

// An Intl object is dear; there are never more locales than a reader switches between.
const made = new Map<string, Format>();

/** Dates and numbers as the reader writes them. */
export function useFormat(): Format {
  const locale = useLocale();
  const known = made.get(locale);
  if (known !== undefined) return known;
  const format = makeFormat(locale);
  made.set(locale, format);
  return format;
}
