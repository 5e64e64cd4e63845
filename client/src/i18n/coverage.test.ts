/** Every text is there in every language, every text that the sources ask for exists, and none is left over. */

import { describe, expect, test } from 'vitest';

const files = import.meta.glob<string>('./*.ftl', { query: '?raw', import: 'default', eager: true });
const sources = import.meta.glob<string>(['../**/*.{ts,tsx}', '!../**/*.test.{ts,tsx}', '!../**/testing/**'], { query: '?raw', import: 'default', eager: true });

const idsOf = (source: string): string[] => [...source.matchAll(/^([a-z][\w-]*) *=/gm)].map((match) => match[1] ?? '');
const variablesOf = (source: string): Record<string, string> => Object.fromEntries(
  source.split(/^(?=[a-z][\w-]* *=)/m).slice(1).map((message) => [
    idsOf(message)[0] ?? '',
    [...new Set([...message.matchAll(/\$(\w+)/g)].map((match) => match[1] ?? ''))].sort().join(' '),
  ]),
);

const english = files['./en.ftl'] ?? '';
const known = new Set(idsOf(english));
const prefixes = new Set([...known].map((id) => id.slice(0, id.indexOf('-'))));

describe.each(Object.entries(files))('%s', (_, source) => {
  test('has the same ids as English, in the same order', () => {
    expect(idsOf(source)).toEqual(idsOf(english));
  });
  test('has each id once', () => {
    expect(new Set(idsOf(source)).size).toBe(idsOf(source).length);
  });
  test('takes the same arguments', () => {
    expect(variablesOf(source)).toEqual(variablesOf(english));
  });
});

/** What looks like an id: a string that begins with a section's name, or a template whose beginning does. */
const asked = Object.entries(sources).flatMap(([file, source]) =>
  [...source.matchAll(/['"`]((?:[a-z]+)-[a-z0-9-]*)(['"`]|\$\{)/g)].map((match) => ({ file, id: match[1] ?? '', begins: match[2] === '${' })));

test('every id in the sources exists', () => {
  const called = Object.entries(sources).flatMap(([file, source]) =>
    [...source.matchAll(/\b(?:t|rich)\(\s*['"]([^'"]+)['"]/g)].map((match) => ({ file, id: match[1] ?? '' })));
  const missing = called.filter(({ id }) => !known.has(id)).map(({ file, id }) => `${file}: ${id}`);
  expect(missing).toEqual([]);
});

test('no text is left that nobody asks for', () => {
  const whole = new Set(asked.filter((each) => !each.begins).map((each) => each.id));
  const beginnings = asked.filter((each) => each.begins && prefixes.has(each.id.slice(0, each.id.indexOf('-')))).map((each) => each.id);
  const unused = [...known].filter((id) => !whole.has(id) && !beginnings.some((beginning) => id.startsWith(beginning)));
  expect(unused).toEqual([]);
});
