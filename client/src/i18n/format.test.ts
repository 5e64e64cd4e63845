import { describe, expect, test } from 'vitest';
import { formatDuration } from './duration';
import { makeFormat } from './format';

const at = (text: string): number => Date.parse(text);
const british = makeFormat('en-GB', 'Europe/Berlin');

test('times are in the reader’s zone and manner', () => {
  expect(british.time(at('2026-03-02T13:05:00Z'))).toBe('14:05');
  expect(makeFormat('en-US', 'America/New_York').time(at('2026-03-02T13:05:00Z'))).toMatch(/^8:05\sAM$/);
});

describe('days', () => {
  const now = at('2026-03-02T10:00:00Z');
  test.each([
    ['2026-03-02T00:30:00Z', 'Today'],
    ['2026-03-01T22:59:00Z', 'Yesterday'],
    // Midnight has passed in Berlin, though not in UTC.
    ['2026-03-01T23:30:00Z', 'Today'],
    ['2026-02-20T12:00:00Z', 'Friday 20 February'],
    ['2025-12-24T12:00:00Z', 'Wed, 24 December 2025'],
  ])('%s is %s', (time, day) => {
    expect(british.day(at(time), now)).toBe(day);
  });

  test('a day of 23 hours is one day', () => {
    expect(british.day(at('2026-03-28T22:30:00Z'), at('2026-03-29T21:30:00Z'))).toBe('Yesterday');
  });
});

test.each([
  [-5 * 60_000, '5 minutes ago'], [-30_000, '30 seconds ago'], [2 * 3_600_000, 'in 2 hours'], [-86_400_000, 'yesterday'], [-40 * 86_400_000, 'last month'],
])('%d ms from now is %s', (ms, text) => {
  expect(british.relative(1e12 + ms, 1e12)).toBe(text);
});

test('lists and numbers are the language’s own', () => {
  expect(british.list(['Ada', 'Grace', 'Linus'])).toBe('Ada, Grace and Linus');
  expect(makeFormat('de').list(['Ada', 'Grace'])).toBe('Ada und Grace');
  expect(makeFormat('de').number(1234.5)).toBe('1.234,5');
  expect(british.compact(1234)).toMatch(/^1\.2k$/i);
});

test.each([[0, '0 byte'], [999, '999 byte'], [1500, '1.5 kB'], [10_400_000, '10.4 MB']])('%d bytes are %s', (value, text) => {
  expect(british.bytes(value)).toBe(text);
});

test.each([[1, '1 sec'], [12_000, '12 sec'], [12_001, '13 sec'], [90_000, '90 sec'], [90_001, '2 min'], [600_000, '10 min']])('%d ms last %s', (ms, text) => {
  expect(formatDuration('en', ms)).toBe(text);
});
