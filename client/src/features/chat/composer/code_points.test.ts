import { describe, expect, it } from 'vitest';
import { codePoints } from './code_points';

describe('codePoints', () => {
  it.each([
    ['', 0], ['abc', 3], ['🎉', 1], ['👨‍👩‍👧', 5], ['e\u0301', 1], ['a\r\nb', 3], ['a\rb', 3], ['a\u0000\u0007b\u009F', 2], ['\t\n', 2], ['ﬁ', 1],
  ])('counts %j as the server does: %i', (text, count) => {
    expect(codePoints(text)).toBe(count);
  });
});
