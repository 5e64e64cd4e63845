/** The languages that there are texts for. */

export const LANGUAGES = [
  { tag: 'en', name: 'English', direction: 'ltr' },
  { tag: 'de', name: 'Deutsch', direction: 'ltr' },
] as const;
export type LanguageTag = (typeof LANGUAGES)[number]['tag'];

/** The first part of a BCP 47 tag: `de` of `de-AT`. */
function primary(tag: string): string {
  return tag.split('-', 1)[0]?.toLowerCase() ?? '';
}

function known(tag: string | null | undefined): LanguageTag | null {
  return LANGUAGES.find((language) => language.tag === primary(tag ?? ''))?.tag ?? null;
}

/** `chosen`: what the reader set, null for the browser's wish. `wishes`: navigator.languages, best first. */
export function chooseLanguage(chosen: string | null, wishes: readonly string[]): LanguageTag {
  return known(chosen) ?? wishes.map(known).find((tag) => tag !== null) ?? 'en';
}

/** The locale for dates and numbers: of the wishes in that language the best, so that `en` in Britain is `en-GB`. */
export function formattingLocale(language: LanguageTag, wishes: readonly string[]): string {
  return wishes.find((wish) => primary(wish) === language && isLocale(wish)) ?? language;
}

function isLocale(tag: string): boolean {
  try {
    return Intl.getCanonicalLocales(tag).length === 1;
  } catch {
    return false;
  }
}

export function directionOf(language: LanguageTag): 'ltr' | 'rtl' {
  return LANGUAGES.find(({ tag }) => tag === language)?.direction ?? 'ltr';
}
