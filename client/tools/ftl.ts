/** Compiles Fluent files while the client is built, so that no parser of them travels to the browser.
 *
 *  A file has sections (`# -- rooms`), and a part of it is what one chunk of the client shows:
 *  `import texts from './en.ftl'` gives the entrance's, `'./en.ftl?part=inside'` and `'./en.ftl?part=chat'` the others'.
 *  Each is `{ id: pattern }`, where a pattern is what FluentBundle takes as a message's value. */

import { readFile } from 'node:fs/promises';
import { FluentResource } from '@fluent/bundle';
import type { Plugin } from 'vite';

export const PARTS = ['main', 'inside', 'chat'] as const;
export type Part = (typeof PARTS)[number];

/** Sections that are not named here belong to `main`. */
const PART_OF: Readonly<Record<string, Part>> = { rooms: 'inside', settings: 'inside', chat: 'chat' };

export function partsOf(source: string): Record<Part, string> {
  const parts: Record<Part, string> = { main: '', inside: '', chat: '' };
  // The heading stays with what follows it.
  for (const section of source.split(/^(?=# -- )/m)) {
    const name = /^# -- (\S+)/.exec(section)?.[1] ?? '';
    parts[PART_OF[name] ?? 'main'] += section;
  }
  return parts;
}

/** The ids that a reader of the file would expect it to define. */
export function idsIn(source: string): string[] {
  return [...source.matchAll(/^(-?[a-zA-Z][\w-]*) *=/gm)].map((match) => match[1] ?? '');
}

/** Throws on what does not parse: FluentResource itself skips it without a word. */
export function compile(source: string): Record<string, unknown> {
  const messages: Record<string, unknown> = {};
  for (const { id, value } of new FluentResource(source).body) {
    if (id in messages) throw new Error(`the message '${id}' is defined twice`);
    messages[id] = value;
  }
  const lost = idsIn(source).filter((id) => !(id in messages));
  if (lost.length > 0) throw new Error(`not valid Fluent: ${lost.join(', ')}`);
  return messages;
}

export function fluent(): Plugin {
  return {
    name: 'chillin-fluent',
    enforce: 'pre',
    async load(id) {
      const [path = '', query = ''] = id.split('?');
      if (!path.endsWith('.ftl') || query === 'raw') return null;
      this.addWatchFile(path);
      const parts = partsOf(await readFile(path, 'utf8'));
      const part = PARTS.find((each) => query === `part=${each}`) ?? 'main';
      const messages = compile(parts[part]);
      return { code: `export default ${JSON.stringify(messages)}`, moduleType: 'js', map: null };
    },
  };
}
