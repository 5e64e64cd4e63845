/** Texts for components: `const t = useText(); t('entrance-sign-in')`. */

import { createContext, Fragment, useContext, useMemo, useSyncExternalStore, type ReactNode } from 'react';
import type { LanguageTag } from './languages';
import { makeTexts, type Text, type TextArgs, type Texts, type TextStore } from './texts';

const TextsContext = createContext<Texts>(makeTexts('en', [], []));

/** Hands out the texts of the store, and of a new language as soon as it is there. */
export function LanguageProvider({ store, children }: { store: TextStore; children: ReactNode }) {
  const texts = useSyncExternalStore(store.subscribe, store.get);
  return <TextsProvider texts={texts}>{children}</TextsProvider>;
}

export function TextsProvider({ texts, children }: { texts: Texts; children: ReactNode }) {
  return <TextsContext.Provider value={texts}>{children}</TextsContext.Provider>;
}

export function useText(): Text {
  return useContext(TextsContext).t;
}

/** For Intl: the language as it is spoken where the reader is. */
export function useLocale(): string {
  return useContext(TextsContext).locale;
}

export function useLanguage(): LanguageTag {
  return useContext(TextsContext).language;
}

/** A text with elements in the place of arguments: `rich('entrance-invited', {}, { room: <b>#tea</b> })`. */
export type RichText = (id: string, args: TextArgs, elements: Readonly<Record<string, ReactNode>>) => ReactNode;

// Of the private use area: no text has it, and what a person typed comes in by an element, not by an argument.
const MARK = '\uE000';

export function useRichText(): RichText {
  const t = useText();
  return useMemo(
    () => (id, args, elements) => {
      const marks = Object.fromEntries(Object.keys(elements).map((name) => [name, `${MARK}${name}${MARK}`]));
      // Every second piece is the name of an element.
      return t(id, { ...args, ...marks })
        .split(MARK)
        .map((piece, index) => (index % 2 === 0 ? piece : <Fragment key={index}>{elements[piece]}</Fragment>));
    },
    [t],
  );
}
