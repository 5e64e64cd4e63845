import { describe, expect, it } from 'vitest';
import { hasShortName, isOnlyEmoji, parseMarkdown, withEmoji } from './parse';
import type { Block, Inline } from './tree';

const NAMES = new Map([['tada', '🎉'], ['+1', '👍'], ['tea', '🍵']]);
const parse = (text: string): readonly Block[] => parseMarkdown(text, NAMES);
const inlinesOf = (text: string): readonly Inline[] => {
  const [block] = parse(text);
  return block !== undefined && 'children' in block && block.type !== 'quote' ? block.children : [];
};

function textOf(node: Block | Inline): string {
  if (node.type === 'break') return '\n';
  if ('text' in node) return node.text;
  if (node.type === 'list') return node.items.flatMap((item) => item.children).map(textOf).join('');
  return (node.children as readonly (Block | Inline)[]).map(textOf).join('');
}
const allText = (text: string): string => parse(text).map(textOf).join('\n');

describe('parseMarkdown', () => {
  it('knows bold, italics, strikethrough and code', () => {
    expect(inlinesOf('**a** *b* ~~c~~ `d`').map((node) => node.type)).toEqual(['strong', 'text', 'em', 'text', 'del', 'text', 'code']);
  });

  it('keeps line breaks', () => {
    expect(inlinesOf('one\ntwo').map((node) => node.type)).toEqual(['text', 'break', 'text']);
  });

  it('knows code blocks and their language', () => {
    expect(parse('```TS title=x\nlet a = 1;\n```')).toEqual([{ type: 'code', language: 'ts', text: 'let a = 1;' }]);
  });

  it('knows quotes, lists and tasks', () => {
    expect(parse('> a')[0]).toMatchObject({ type: 'quote' });
    expect(parse('- a\n- b')[0]).toMatchObject({ type: 'list', start: null });
    expect(parse('3. a\n4. b')[0]).toMatchObject({ type: 'list', start: 3 });
    const [tasks] = parse('- [x] done\n- [ ] open');
    expect(tasks?.type === 'list' && tasks.items.map((item) => item.checked)).toEqual([true, false]);
    expect(allText('- [x] done')).toBe('done');
  });

  it.each([
    '<b>bold</b>', '<div>\n\nx', '[a]: https://example.org', 'a\n---', '    four spaces', '| a | b |\n|---|---|\n| c | d |', '---', 'x < y && y > z', '&amp;',
    '#tea', 'a_b_c', '1986 was good', 'C:\\new', '[x](/r/tea)', '[x](javascript:alert(1))',
  ])('shows %j as it was written', (text) => {
    expect(allText(text).replace(/\s+/g, ' ').trim()).toBe(text.replace(/\s+/g, ' ').trim());
  });

  it('links addresses by themselves and with a label', () => {
    expect(inlinesOf('see https://example.org/x.')[1]).toEqual({ type: 'link', href: 'https://example.org/x', children: [{ type: 'text', text: 'https://example.org/x' }] });
    expect(inlinesOf('[here](https://example.org/)')[0]).toMatchObject({ type: 'link', href: 'https://example.org/' });
  });

  it('shows where a link leads whose label says something else', () => {
    expect(inlinesOf('[https://bank.example](https://evil.example/)')).toEqual([
      { type: 'link', href: 'https://evil.example/', children: [{ type: 'text', text: 'https://evil.example/' }] },
    ]);
  });

  it('makes a picture from elsewhere a link', () => {
    expect(inlinesOf('![cat](https://example.org/cat.png)')).toEqual([
      { type: 'link', href: 'https://example.org/cat.png', children: [{ type: 'text', text: 'cat' }] },
    ]);
  });

  it('finds mentions, without the end of the sentence', () => {
    expect(inlinesOf('hi @Ana, and @ben_2!')).toEqual([
      { type: 'text', text: 'hi ' },
      { type: 'mention', name: 'ana', text: '@Ana' },
      { type: 'text', text: ', and ' },
      { type: 'mention', name: 'ben_2', text: '@ben_2' },
      { type: 'text', text: '!' },
    ]);
    expect(inlinesOf('**@Ana**')[0]).toMatchObject({ children: [{ type: 'mention', name: 'ana' }] });
  });

  it('finds no mention in code, in an address or in a lone sign', () => {
    const mentions = (text: string): boolean => JSON.stringify(parse(text)).includes('mention');
    expect(mentions('`@ana`')).toBe(false);
    expect(mentions('ana@example.org')).toBe(false);
    expect(mentions('a @ b, @!')).toBe(false);
  });

  it('turns short names to emoji, but not in code', () => {
    expect(allText('well done :tada: :+1:')).toBe('well done 🎉 👍');
    expect(allText('`:tada:`')).toBe(':tada:');
    expect(allText(':nothing_known:')).toBe(':nothing_known:');
    expect(parseMarkdown(':tada:', null)).toEqual([{ type: 'paragraph', children: [{ type: 'text', text: ':tada:' }] }]);
  });

  const hostile: Record<string, string> = {
    quotes: '>'.repeat(10_000) + 'x',
    'spaced quotes': '> '.repeat(5_000) + 'x',
    'nested lists': '- '.repeat(5_000) + 'x',
    'numbered lists': '1. '.repeat(3_000) + 'x',
    'quotes and lists': '> - 1. '.repeat(1_500) + 'x',
    brackets: '['.repeat(10_000),
    'links in links': '[a]('.repeat(2_500),
    'closed brackets': '['.repeat(5_000) + ']'.repeat(5_000),
    images: '!['.repeat(5_000),
    stars: '*'.repeat(10_000),
    'open stars': '*a '.repeat(3_000),
    'mixed emphasis': '*a _b '.repeat(1_600),
    'bold in bold': '**a *b '.repeat(1_400),
    backticks: '`'.repeat(10_000),
    'growing backticks': Array.from({ length: 130 }, (_, i) => '`'.repeat(i)).join(' '),
    tildes: '~~a'.repeat(3_000),
    angles: '<'.repeat(10_000),
    'open tags': '<a '.repeat(3_000),
    mentions: '@a'.repeat(5_000),
    colons: ':a'.repeat(5_000),
    spaces: `a${' '.repeat(9_000)}b`,
    'new lines': '\n'.repeat(10_000),
    'quoted lines': '>\n'.repeat(5_000),
    'addresses of addresses': 'https://'.repeat(1_200),
    'dots and signs': 'a.@'.repeat(3_000),
    backslashes: '\\'.repeat(10_000),
  };

  it.each(Object.keys(hostile))('is done soon with %s as long as a message can be', (name) => {
    const text = (hostile[name] as string).slice(0, 500);
    const started = performance.now();
    parse(text);
    expect(performance.now() - started).toBeLessThan(250);
  });

  it.each(Object.keys(hostile))('comes to an end with all the %s that it looks at', (name) => {
    const started = performance.now();
    parse((hostile[name] as string).slice(0, 4_000));
    expect(performance.now() - started).toBeLessThan(2_000);
    expect(allText(hostile[name] as string)).toBe(hostile[name]); // longer than that: as it is
  });

  it('keeps the text of what is nested deeper than it draws', () => {
    expect(allText(`${'> '.repeat(40)}deep`)).toContain('deep');
    expect(allText(`${'**a _b '.repeat(20)}deep`)).toContain('deep');
  });
});

describe('withEmoji', () => {
  it('lets one colon end one name or begin the next', () => {
    expect(withEmoji(':x:tada:', NAMES)).toBe(':x🎉');
    expect(withEmoji(':tada::tea:', NAMES)).toBe('🎉🍵');
    expect(withEmoji('10:30:45', NAMES)).toBe('10:30:45');
  });
});

describe('hasShortName', () => {
  it('is true only for what may be one', () => {
    expect(hasShortName(':tada:')).toBe(true);
    expect(hasShortName('10:30:45')).toBe(false);
    expect(hasShortName('a: b')).toBe(false);
    expect(hasShortName(':tada:')).toBe(true); // and keeps no memory of the call before
  });
});

describe('isOnlyEmoji', () => {
  it.each(['🎉', '🎉 👍🏽', '👨‍👩‍👧', '🇦🇹', '❤️', ':tada:', '1️⃣'])('is true for %s', (text) => {
    expect(isOnlyEmoji(text, NAMES)).toBe(true);
  });
  it.each(['', 'a 🎉', '1', '🎉'.repeat(13), ':unknown:', '**'])('is false for %j', (text) => {
    expect(isOnlyEmoji(text, NAMES)).toBe(false);
  });
});
