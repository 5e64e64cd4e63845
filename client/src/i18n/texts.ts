/** The texts of one language, and the store that holds the current one. What the entrance says in English is always in;
 *  every other language, and what is said behind the entrance, comes as chunks of their own. English is what a missing
 *  text falls back to. */

import { FluentBundle, type FluentVariable, type Message } from '@fluent/bundle';
import english from './en.ftl';
import { formattingLocale, type LanguageTag } from './languages';

export type Messages = Readonly<Record<string, Message['value']>>;
export type TextArgs = Readonly<Record<string, string | number>>;
/** The text with this id; the id itself where there is none. */
export type Text = (id: string, args?: TextArgs) => string;

export interface Texts {
  readonly language: LanguageTag;
  readonly t: Text;
  /** For Intl. */
  readonly locale: string;
}

// Hebrew, Arabic and their neighbours. Such a name in a left-to-right sentence would turn the words around it.
const RIGHT_TO_LEFT = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\u{10800}-\u{10fff}\u{1e800}-\u{1efff}\u202a-\u202e]/u;
function isolated(value: string | number): FluentVariable {
  return typeof value === 'string' && RIGHT_TO_LEFT.test(value) ? `\u2068${value}\u2069` : value;
}

/** `layers`: looked through in this order, each in its own language's plural rules. */
export function makeTexts(language: LanguageTag, layers: readonly { language: LanguageTag; messages: Messages }[], wishes: readonly string[]): Texts {
  const bundles = layers.map((layer) => {
    // Isolation marks around every argument would get into what people copy: isolated() sets them where needed.
    const bundle = new FluentBundle(formattingLocale(layer.language, wishes), { useIsolating: false });
    bundle.addResource({ body: Object.entries(layer.messages).map(([id, value]) => ({ id, value, attributes: {} })) as never });
    return bundle;
  });
  const t: Text = (id, args) => {
    for (const bundle of bundles) {
      const pattern = bundle.getMessage(id)?.value;
      if (pattern === null || pattern === undefined) continue;
      // With a list for the errors it never throws: a missing argument shows as {$name}.
      const given = args && Object.fromEntries(Object.entries(args).map(([name, value]) => [name, isolated(value)]));
      return bundle.formatPattern(pattern, given ?? null, []);
    }
    return id;
  };
  return { language, t, locale: formattingLocale(language, wishes) };
}

/** As in tools/ftl.ts. */
export type Part = 'main' | 'inside' | 'chat';

const sources: Record<LanguageTag, Record<Part, () => Promise<Messages>>> = {
  en: {
    main: () => Promise.resolve(english),
    inside: () => import('./en.ftl?part=inside').then((file) => file.default),
    chat: () => import('./en.ftl?part=chat').then((file) => file.default),
  },
  de: {
    main: () => import('./de.ftl').then((file) => file.default),
    inside: () => import('./de.ftl?part=inside').then((file) => file.default),
    chat: () => import('./de.ftl?part=chat').then((file) => file.default),
  },
};

export interface TextStore {
  readonly get: () => Texts;
  readonly subscribe: (changed: () => void) => () => void;
  /** Resolves once everything on screen can be in that language. Without a connection it stays as it was. */
  readonly setLanguage: (language: LanguageTag) => Promise<void>;
  /** Resolves once the texts of this part are there, now and in every language set later. */
  readonly loadPart: (part: Part) => Promise<void>;
}

export function createTextStore(wishes: readonly string[]): TextStore {
  const listeners = new Set<() => void>();
  const parts = new Set<Part>(['main']);
  let wanted: LanguageTag = 'en';
  let current = makeTexts('en', [{ language: 'en', messages: english }], wishes);

  let turn = 0;
  let latest: Promise<void> = Promise.resolve();

  function load(language: LanguageTag): Promise<void> {
    wanted = language;
    latest = fetchAll(language, ++turn);
    return latest;
  }
  async function fetchAll(language: LanguageTag, mine: number): Promise<void> {
    const languages: LanguageTag[] = language === 'en' ? ['en'] : [language, 'en'];
    const layers = await Promise.all(
      languages.flatMap((each) => [...parts].map(async (part) => ({ language: each, messages: await sources[each][part]() }))),
    );
    // Another language or part was asked for meanwhile: that answer has everything which this one has.
    if (mine !== turn) return latest;
    current = makeTexts(language, layers, wishes);
    for (const listener of listeners) listener();
  }

  return {
    get: () => current,
    subscribe: (changed) => {
      listeners.add(changed);
      return () => listeners.delete(changed);
    },
    setLanguage: async (language) => {
      if (language === wanted && language === current.language) return;
      const before = wanted;
      try {
        await load(language);
      } catch (error) {
        if (wanted === language) wanted = before;
        throw error;
      }
    },
    loadPart: async (part) => {
      if (parts.has(part)) return;
      parts.add(part);
      try {
        await load(wanted);
      } catch (error) {
        parts.delete(part);
        throw error;
      }
    },
  };
}
