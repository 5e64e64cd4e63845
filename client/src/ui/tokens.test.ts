import { describe, expect, test } from 'vitest';
import css from './tokens.css?raw';

type Tokens = Readonly<Record<string, string>>;

function tokensIn(block: string): Tokens {
  return Object.fromEntries([...block.matchAll(/--([\w-]+):\s*([^;]+);/g)].map((match) => [match[1] ?? '', (match[2] ?? '').trim()]));
}
function blockAfter(start: string): string {
  const at = css.indexOf(start);
  expect(at).toBeGreaterThan(-1);
  return css.slice(at, css.indexOf('}', at));
}

const light = tokensIn(blockAfter(':root {'));
const dark = tokensIn(blockAfter(":root[data-theme='dark'] {"));
const darkBySystem = tokensIn(blockAfter(":root:not([data-theme='light']) {"));

/** WCAG 2.2, "relative luminance". */
function luminance(hex: string): number {
  const [r = 0, g = 0, b = 0] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}
function contrast(a: string, b: string): number {
  const [brighter = 0, darker = 0] = [luminance(a), luminance(b)].sort((x, y) => y - x);
  return (brighter + 0.05) / (darker + 0.05);
}

const SURFACES = ['surface-0', 'surface-1', 'surface-2', 'surface-raised'];
const TEXT: readonly (readonly [string, readonly string[]])[] = [
  ['text', [...SURFACES, 'surface-3', 'surface-chosen', 'accent-soft', 'accent-soft-hover', 'mention-soft']],
  ['text-muted', [...SURFACES, 'surface-3', 'accent-soft', 'mention-soft']],
  ['text-faint', [...SURFACES, 'accent-soft', 'mention-soft']],
  ['on-accent', ['accent', 'accent-hover', 'accent-pressed']],
  ['on-danger', ['danger', 'danger-hover', 'danger-pressed']],
  ['on-mention', ['mention']],
  ['accent-text', [...SURFACES, 'surface-3', 'accent-soft', 'accent-soft-hover', 'mention-soft']],
  ['danger-text', [...SURFACES, 'danger-soft']],
  ['warning-text', [...SURFACES, 'warning-soft']],
  ['success-text', [...SURFACES, 'success-soft']],
  ...['text', 'keyword', 'string', 'number', 'comment', 'title', 'attribute'].map((part) => [`code-${part}`, ['code-background']] as const),
  ['text-on-strong', Array.from({ length: 10 }, (_, hue) => `avatar-${hue}`)],
  ['surface-1', ['text']],
];
/** What is no text, but must be seen to understand or use the page. */
const SHAPES: readonly (readonly [string, readonly string[]])[] = [
  ['border-strong', ['surface-0', 'surface-1', 'surface-raised']],
  ['focus', [...SURFACES, 'surface-3', 'accent-soft']],
  ...['online', 'away', 'busy', 'offline'].map((status) => [status, ['surface-0', 'surface-1']] as const),
];

describe.each([['light', light], ['dark', { ...light, ...dark }]] as const)('the %s theme', (_, tokens) => {
  const pairs = (list: typeof TEXT) => list.flatMap(([over, unders]) => unders.map((under) => [over, under] as const));

  test.each(pairs(TEXT))('%s can be read on %s', (over, under) => {
    expect(contrast(tokens[over] ?? '', tokens[under] ?? '')).toBeGreaterThanOrEqual(4.5);
  });
  test.each(pairs(SHAPES))('%s stands out from %s', (over, under) => {
    expect(contrast(tokens[over] ?? '', tokens[under] ?? '')).toBeGreaterThanOrEqual(3);
  });
});

test('dark is the same whether the reader or the system chose it', () => {
  expect(darkBySystem).toEqual(dark);
});

test('dark defines nothing that light does not', () => {
  expect(Object.keys(dark).filter((name) => !(name in light))).toEqual([]);
});

const sheets = import.meta.glob<string>('../**/*.css', { query: '?raw', import: 'default', eager: true });

test('every token that a style sheet uses is defined', () => {
  // Set by the libraries that place things, or by the component itself.
  const ofOthers = /^(radix-|avatar-rim$|logo$|from$)/;
  const unknown = Object.entries(sheets).flatMap(([file, sheet]) => {
    const own = tokensIn(sheet);
    return [...sheet.matchAll(/var\(--([\w-]+)/g)].map((match) => match[1] ?? '')
      .filter((name) => !(name in light) && !(name in own) && !ofOthers.test(name))
      .map((name) => `${file}: --${name}`);
  });
  expect(unknown).toEqual([]);
});

test('colours come from the tokens', () => {
  const literal = Object.entries(sheets)
    .filter(([file]) => !file.endsWith('tokens.css'))
    .flatMap(([file, sheet]) => [...sheet.matchAll(/#[0-9a-f]{3,8}\b|\b(?:rgb|hsl|oklch)a?\(/gi)].map((match) => `${file}: ${match[0]}`));
  expect(literal).toEqual([]);
});
