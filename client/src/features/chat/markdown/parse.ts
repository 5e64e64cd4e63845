/** A message's text to a tree. `marked` only tells where things begin and end; what it knows of HTML, tables, reference
 *  definitions and the like is turned off, so that such text stays the text it is. */

import { Marked, type Token, type Tokens } from 'marked';
import { misleads, safeHref } from './links';
import type { Block, Inline, ListItem } from './tree';

/** Emoji by short name; null while they are not loaded. */
export type EmojiNames = ReadonlyMap<string, string>;

/** Deeper than anybody writes by hand; the rest is shown as the text it is. */
const MAX_DEPTH = 12;
/** Servers take 500 code points unless told otherwise. A text made to be slow takes the lexer time that grows with the
 *  square of its length: what is longer than this is shown as the text it is. */
const MAX_LENGTH = 4_000;

const off = (): undefined => undefined;
const marked = new Marked({
  gfm: true,
  breaks: true,
  tokenizer: {
    // Each of these would make text vanish or surprise in a chat: "<b>", "[a]: b", four spaces, "---" below a line.
    html: off, tag: off, def: off, code: off, hr: off, lheading: off, table: off, reflink: off,
  },
});

// Names and their rules: docs/protocol.md. The end of a sentence does not belong to a name.
const MENTION = /(?<![A-Za-z0-9._-])@([^\s@]{1,24})/gu;
const END_OF_SENTENCE = /[.,:;!?)\]}'"]+$/u;
const SHORT_NAME = /:([a-z+-][a-z0-9_+-]{0,39}):/gi;

export const hasShortName = (text: string): boolean => text.includes(':') && new RegExp(SHORT_NAME.source, 'i').test(text);

export function withEmoji(text: string, names: EmojiNames | null): string {
  if (names === null || !text.includes(':')) return text;
  // One colon may end a short name or begin the next: the search goes on right after a name that is none.
  let out = '';
  let from = 0;
  const pattern = new RegExp(SHORT_NAME.source, 'gi');
  for (let match = pattern.exec(text); match !== null; match = pattern.exec(text)) {
    const emoji = names.get((match[1] as string).toLowerCase());
    if (emoji === undefined) {
      pattern.lastIndex = match.index + 1;
      continue;
    }
    out += text.slice(from, match.index) + emoji;
    from = pattern.lastIndex;
  }
  return out + text.slice(from);
}

const EMOJI = String.raw`(?:\p{RI}\p{RI}|[0-9#*]\uFE0F\u20E3|\p{Extended_Pictographic}(?:\uFE0F|\p{EMod})?(?:\u200D\p{Extended_Pictographic}(?:\uFE0F|\p{EMod})?)*)`;
const ONLY_EMOJI = new RegExp(`^\\s*(?:${EMOJI}\\s*){1,12}$`, 'u');

/** Up to twelve emoji and nothing else: shown large. */
export function isOnlyEmoji(text: string, names: EmojiNames | null): boolean {
  return text.length <= 400 && ONLY_EMOJI.test(withEmoji(text, names));
}

class Converter {
  private readonly names: EmojiNames | null;

  constructor(names: EmojiNames | null) {
    this.names = names;
  }

  blocks(tokens: readonly Token[], depth: number): Block[] {
    const out: Block[] = [];
    for (const token of tokens) {
      const block = this.block(token, depth);
      if (block !== null) out.push(block);
    }
    return out;
  }

  private block(token: Token, depth: number): Block | null {
    if (token.type === 'space') return null;
    if (depth > MAX_DEPTH) return paragraph([text(token.raw.trimEnd())]);
    switch (token.type) {
      case 'heading':
        return { type: 'heading', children: this.inlines(token.tokens ?? [], depth) };
      case 'code':
        return { type: 'code', language: languageOf((token as Tokens.Code).lang), text: (token as Tokens.Code).text };
      case 'blockquote':
        return { type: 'quote', children: this.blocks(token.tokens ?? [], depth + 1) };
      case 'list':
        return this.list(token as Tokens.List, depth);
      default:
        // 'paragraph', and 'text' within the items of a list
        return paragraph('tokens' in token && token.tokens ? this.inlines(token.tokens, depth) : this.plain(token.raw));
    }
  }

  private list(token: Tokens.List, depth: number): Block {
    const items = token.items.map((item): ListItem => ({
      checked: item.task ? item.checked === true : null,
      children: this.blocks(item.tokens.filter((inner) => inner.type !== 'checkbox'), depth + 1),
    }));
    return { type: 'list', start: token.ordered ? Number(token.start) || 0 : null, items };
  }

  inlines(tokens: readonly Token[], depth: number): Inline[] {
    return tokens.flatMap((token) => this.inline(token, depth));
  }

  private inline(token: Token, depth: number): Inline[] {
    if (depth > MAX_DEPTH) return [text(token.raw)];
    switch (token.type) {
      case 'strong':
      case 'em':
      case 'del':
        return [{ type: token.type, children: this.inlines(token.tokens ?? [], depth + 1) }];
      case 'codespan':
        return [{ type: 'code', text: (token as Tokens.Codespan).text }];
      case 'br':
        return [{ type: 'break' }];
      case 'escape':
        return [text((token as Tokens.Escape).text)];
      case 'link':
        return this.link(token as Tokens.Link, depth);
      case 'image': {
        // Somebody else's server is not to learn who reads this: a picture from elsewhere is a link to it.
        const image = token as Tokens.Image;
        const href = safeHref(image.href);
        return href === null ? [text(image.raw)] : [{ type: 'link', href, children: [text(labelFor(image.text, href))] }];
      }
      case 'checkbox':
        return [];
      default:
        return 'tokens' in token && token.tokens ? this.inlines(token.tokens, depth + 1) : this.plain(token.raw);
    }
  }

  private link(token: Tokens.Link, depth: number): Inline[] {
    const href = safeHref(token.href);
    if (href === null) return [text(token.raw)];
    if (misleads(token.text, href)) return [{ type: 'link', href, children: [text(href)] }];
    const children = this.inlines(token.tokens, depth + 1);
    return [{ type: 'link', href, children: children.length > 0 ? children : [text(href)] }];
  }

  private plain(written: string): Inline[] {
    const out: Inline[] = [];
    let from = 0;
    for (const match of written.matchAll(MENTION)) {
      const name = (match[1] as string).replace(END_OF_SENTENCE, '');
      if (name === '') continue;
      if (match.index > from) out.push(text(withEmoji(written.slice(from, match.index), this.names)));
      from = match.index + 1 + name.length;
      out.push({ type: 'mention', name: name.normalize('NFC').toLowerCase(), text: written.slice(match.index, from) });
    }
    if (from < written.length) out.push(text(withEmoji(written.slice(from), this.names)));
    return out;
  }
}

const text = (value: string): Inline => ({ type: 'text', text: value });
const paragraph = (children: readonly Inline[]): Block => ({ type: 'paragraph', children });
const labelFor = (label: string, href: string): string => (label === '' || misleads(label, href) ? href : label);
const languageOf = (info: string | undefined): string => (/^[\w+#.-]*/.exec(info ?? '')?.[0] ?? '').toLowerCase();

/** Five hundred quotes within each other are five hundred calls within each other: what is deeper than MAX_DEPTH is cut
 *  off before the lexer sees it. The signs are not lost on a reader, who sees a quote as deep as can be told apart. */
const DEEP_MARKS = new RegExp(String.raw`^((?:[ \t]*(?:>|[-*+][ \t]|\d{1,9}[.)][ \t])){${MAX_DEPTH}})(?:[ \t]*(?:>|[-*+][ \t]|\d{1,9}[.)][ \t]))+`, 'gm');

export function parseMarkdown(written: string, names: EmojiNames | null): readonly Block[] {
  if (written.length > MAX_LENGTH) return [paragraph([text(written)])];
  try {
    return new Converter(names).blocks(marked.lexer(written.replace(DEEP_MARKS, '$1')), 0);
  } catch {
    // A fault of the lexer must not take the list with it.
    return [paragraph([text(written)])];
  }
}
