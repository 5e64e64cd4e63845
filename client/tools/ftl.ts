/** Compiles Fluent files while the client is built, so that no parser of them travels to the browser.
 *
 *  `import texts from './en.ftl'`            everything before the line `# -- chat`
 *  `import texts from './en.ftl?part=chat'`  that line and what follows it
 *
 *  Both give `{ id: pattern }`, where a pattern is what FluentBundle takes as a message's value. */

import { readFile } from 'node:fs/promises';
import { FluentResource } from '@fluent/bundle';
import type { Plugin } from 'vite';

const CHAT_SECTION = /^# -- chat\b/m;

export interface FluentParts {
  readonly main: string;
  readonly chat: string;
}

export function partsOf(source: string): FluentParts {
  const at = source.search(CHAT_SECTION);
  return at === -1 ? { main: source, chat: '' } : { main: source.slice(0, at), chat: source.slice(at) };
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
      const messages = compile(query === 'part=chat' ? parts.chat : parts.main);
      return { code: `export default ${JSON.stringify(messages)}`, moduleType: 'js', map: null };
    },
  };
}
