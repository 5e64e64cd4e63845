/** Theme and language of the document itself. */

import { directionOf, type LanguageTag } from '../i18n/languages';
import type { Preferences } from '../state/view';

/** As --surface-0 in tokens.css: a <meta> cannot read a custom property. */
const THEME_COLOURS = { light: '#f5f5f1', dark: '#111413' } as const;

/** public/theme.js does the same before the first paint. */
export function applyTheme(theme: Preferences['theme']): void {
  const root = document.documentElement;
  if (theme === 'system') delete root.dataset.theme;
  else root.dataset.theme = theme;
  for (const meta of document.querySelectorAll<HTMLMetaElement>('meta[name="theme-color"]')) {
    const own = meta.getAttribute('media')?.includes('dark') === true ? 'dark' : 'light';
    meta.content = THEME_COLOURS[theme === 'system' ? own : theme];
  }
}

export function applyLanguage(language: LanguageTag): void {
  document.documentElement.lang = language;
  document.documentElement.dir = directionOf(language);
}
