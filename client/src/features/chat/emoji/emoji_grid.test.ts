import { describe, expect, it } from 'vitest';
import { COLUMNS, gridRows, move } from './emoji_grid';

const letters = (count: number): string[] => Array.from({ length: count }, (_, i) => String.fromCharCode(97 + i));
// title, 8, 2, title, 3
const rows = gridRows([{ id: 'a', emoji: letters(COLUMNS + 2) }, { id: 'none', emoji: [] }, { id: 'b', emoji: letters(3) }]);

describe('gridRows', () => {
  it('gives each group a title and rows of eight; an empty group nothing', () => {
    expect(rows.map((row) => (row.kind === 'title' ? row.id : row.emoji.length))).toEqual(['a', 8, 2, 'b', 3]);
  });
});

describe('move', () => {
  it('enters at the first emoji, and leaves upwards', () => {
    expect(move(rows, null, 'ArrowDown')).toEqual({ row: 1, column: 0 });
    expect(move(rows, { row: 1, column: 4 }, 'ArrowUp')).toBeNull();
    expect(move([], null, 'ArrowDown')).toBeUndefined();
  });
  it('goes down past titles, no further right than the row is wide', () => {
    expect(move(rows, { row: 1, column: 7 }, 'ArrowDown')).toEqual({ row: 2, column: 1 });
    expect(move(rows, { row: 2, column: 1 }, 'ArrowDown')).toEqual({ row: 4, column: 1 });
    expect(move(rows, { row: 4, column: 2 }, 'ArrowDown')).toEqual({ row: 4, column: 2 });
    expect(move(rows, { row: 4, column: 2 }, 'ArrowUp')).toEqual({ row: 2, column: 1 });
  });
  it('goes sideways over the ends of rows', () => {
    expect(move(rows, { row: 2, column: 1 }, 'ArrowRight')).toEqual({ row: 4, column: 0 });
    expect(move(rows, { row: 4, column: 0 }, 'ArrowLeft')).toEqual({ row: 2, column: 1 });
    expect(move(rows, { row: 1, column: 0 }, 'ArrowLeft')).toEqual({ row: 1, column: 0 });
    expect(move(rows, { row: 4, column: 2 }, 'ArrowRight')).toEqual({ row: 4, column: 2 });
  });
  it('knows no other keys', () => {
    expect(move(rows, { row: 1, column: 0 }, 'a')).toBeUndefined();
    expect(move(rows, null, 'ArrowUp')).toBeUndefined();
  });
});
