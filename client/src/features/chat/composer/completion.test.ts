import { describe, expect, it } from 'vitest';
import { buildEmojiData } from '../emoji/emoji_data';
import { suggestEmoji, suggestMembers, triggerAt } from './completion';

const data = buildEmojiData([
  { emoji: '🎉', names: ['tada'], tags: ['party'], description: 'party popper', category: 'Activities' },
  { emoji: '🍵', names: ['tea'], tags: [], description: 'teacup', category: 'Food & Drink' },
  { emoji: '🏴', names: ['steam'], tags: [], description: 'steam', category: 'Objects' },
]);

describe('triggerAt', () => {
  it.each([
    ['hi :ta', 'emoji', 'ta', 3], [':TA', 'emoji', 'ta', 0], ['(:+1', 'emoji', '+1', 1], ['@', 'member', '', 0], ['hi @An', 'member', 'an', 3], ['a\n@ü', 'member', 'ü', 2],
  ] as const)('finds one at the end of %j', (text, kind, query, from) => {
    expect(triggerAt(text, text.length)).toEqual({ kind, query, from, to: text.length });
  });
  it.each(['', 'a', ':', ':t', 'a:ta', '10:30', ':)', 'ana@ex', 'hi @ana ', ':ta da', 'https://ex'])('finds none at the end of %j', (text) => {
    expect(triggerAt(text, text.length)).toBeNull();
  });
  it('looks at the caret, not at the end', () => {
    expect(triggerAt('@an and more', 3)).toMatchObject({ kind: 'member', query: 'an' });
    expect(triggerAt('@an and more', 5)).toBeNull();
  });
});

describe('suggestEmoji', () => {
  it('puts names that begin with it first, and inserts the emoji', () => {
    expect(suggestEmoji(data, 'te').map((one) => one.label)).toEqual([':tea:', ':steam:']);
    expect(suggestEmoji(data, 'tad')[0]).toMatchObject({ insert: '🎉 ', emoji: '🎉', label: ':tada:' });
  });
});

describe('suggestMembers', () => {
  it('puts names that begin with it first, at most eight', () => {
    expect(suggestMembers(['joan', 'ana', 'anton'], 'an').map((one) => one.insert)).toEqual(['@ana ', '@anton ', '@joan ']);
    expect(suggestMembers(Array.from({ length: 20 }, (_, i) => `a${i}`), 'a')).toHaveLength(8);
  });
});
