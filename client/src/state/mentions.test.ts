import { describe, expect, it } from 'vitest';
import { mentions } from './mentions';

describe('mentions', () => {
  it.each([
    ['@ann', 'ann'],
    ['hello @ann', 'ann'],
    ['@ann: look', 'ann'],
    ['(@ann)', 'ann'],
    ['hello @Ann!', 'ann'],
    ['@ANN', 'ann'],
    ['@anna and @ann', 'ann'],
    ['thanks,@ann', 'ann'],
    ['\n@ann\n', 'ann'],
    ['😀@ann😀', 'ann'],
    ['@@ann', 'ann'],
    ['@zoë.', 'zoë'],
    ['@李雷 你好', '李雷'],
    ['@ann-marie', 'ann'],
    ['@a.b', 'a.b'],
  ])('%j speaks to %s', (text, name) => expect(mentions(text, name)).toBe(true));

  it.each([
    ['ann', 'ann'],
    ['', 'ann'],
    ['@', 'ann'],
    ['@anna', 'ann'],
    ['@ann_1', 'ann'],
    ['@ann1', 'ann'],
    ['bob@ann', 'ann'],
    ['bob@ann.example', 'ann'],
    ['@annë', 'ann'],
    ['x_@ann', 'ann'],
    ['@an n', 'ann'],
    ['𝒜@ann', 'ann'],
    ['@ann𝒜', 'ann'],
  ])('%j does not speak to %s', (text, name) => expect(mentions(text, name)).toBe(false));
});
