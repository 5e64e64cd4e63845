import { expect, test } from 'vitest';
import { chooseLanguage, formattingLocale } from './languages';

test.each([
  ['de', ['en-US'], 'de'],
  [null, ['de-AT', 'en'], 'de'],
  [null, ['fr-FR', 'de', 'en'], 'de'],
  [null, ['fr-FR'], 'en'],
  [null, [], 'en'],
  ['tlh', ['de'], 'de'],
  ['EN-gb', ['de'], 'en'],
] as const)('chosen %s, the browser wants %j: %s', (chosen, wishes, language) => {
  expect(chooseLanguage(chosen, wishes)).toBe(language);
});

test('dates are written as in the reader’s region', () => {
  expect(formattingLocale('en', ['de-DE', 'en-GB', 'en-US'])).toBe('en-GB');
  expect(formattingLocale('en', ['de-DE'])).toBe('en');
  expect(formattingLocale('en', ['en-not_a_tag', 'en-AU'])).toBe('en-AU');
});
