import { describe, expect, it } from 'vitest';
import { oneLine } from './one_line';

describe('oneLine', () => {
  it.each([
    ['a\n\nb', 'a b'], ['> quoted\n\nanswer', 'quoted answer'], ['**bold** and `code`', 'bold and code'], ['```js\nlet a;\n```', 'let a;'], ['[here](https://example.org/x)', 'here'],
    ['*small* and _slanted_.', 'small and slanted.'], ['2 * 3 * 4', '2 * 3 * 4'], ['snake_case_name', 'snake_case_name'],
  ])('makes %j to %j', (text, line) => {
    expect(oneLine(text)).toBe(line);
  });
  it('is not long, and cuts no emoji in two', () => {
    expect([...oneLine('🎉'.repeat(300))]).toHaveLength(160);
    expect(oneLine('🎉'.repeat(300))).toMatch(/🎉…$/u);
  });
});
