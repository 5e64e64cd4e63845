import { describe, expect, it } from 'vitest';
import { replaceRange, toggleMark } from './formatting';

/** The selection stands between brackets. */
const read = (marked: string) => {
  const start = marked.indexOf('[');
  const end = marked.indexOf(']') - 1;
  return { text: marked.replace(/[[\]]/g, ''), start, end };
};
const write = ({ text, start, end }: { text: string; start: number; end: number }): string => `${text.slice(0, start)}[${text.slice(start, end)}]${text.slice(end)}`;

describe('toggleMark', () => {
  it.each([
    ['a [word] b', '**', 'a **[word]** b'],
    ['a **[word]** b', '**', 'a [word] b'],
    ['[]', '*', '*[]*'],
    ['*[]*', '*', '[]'],
    ['**[word]**', '*', '***[word]***'],
    ['***[word]***', '*', '**[word]**'],
    ['***[word]***', '**', '*[word]*'],
    ['*[word]*', '**', '***[word]***'],
    ['[all of it]', '**', '**[all of it]**'],
  ])('%s with %s becomes %s', (before, mark, after) => {
    expect(write(toggleMark(read(before), mark))).toBe(after);
  });
});

describe('replaceRange', () => {
  it('puts the caret after what it wrote', () => {
    expect(write(replaceRange('hi :ta there', 3, 6, '🎉 '))).toBe('hi 🎉 [] there');
  });
});
