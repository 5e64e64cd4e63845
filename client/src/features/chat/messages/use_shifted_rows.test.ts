import { renderHook } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import type { Row } from '../../../state/view';
import { messageRow } from '../testing/rows';
import { nextStep, useShiftedRows } from './use_shifted_rows';

const day: Row = { kind: 'day', key: 'day', time: 0 };
const rows = (from: number, to: number): Row[] => [day, ...Array.from({ length: to - from + 1 }, (_, i) => messageRow({ seq: from + i }))];
const keys = (list: readonly Row[]): string[] => list.map((row) => row.key);

describe('nextStep', () => {
  it('is no shift when rows come at the end', () => {
    expect(nextStep(rows(5, 9), rows(5, 12))).toEqual({ rows: rows(5, 12), shift: false });
  });
  it('is a shift when older rows come, although the day above them stays', () => {
    expect(nextStep(rows(5, 9), rows(1, 9))).toEqual({ rows: rows(1, 9), shift: true });
  });
  it('shows the front first when rows come at both ends', () => {
    const step = nextStep(rows(5, 9), rows(1, 11));
    expect(step.shift).toBe(true);
    expect(keys(step.rows)).toEqual(keys(rows(1, 9)));
    expect(nextStep(step.rows, rows(1, 11))).toEqual({ rows: rows(1, 11), shift: false });
  });
  it('is a shift when rows go at the front', () => {
    expect(nextStep(rows(1, 9), rows(5, 9))).toMatchObject({ shift: true });
    expect(keys(nextStep(rows(1, 9), rows(5, 9)).rows)).toEqual(keys(rows(5, 9)));
  });
  it('takes the front away before it adds at the end', () => {
    const step = nextStep(rows(1, 9), rows(3, 11));
    expect(step.shift).toBe(true);
    expect(keys(step.rows).slice(1)).toEqual(keys(rows(3, 9)).slice(1));
  });
  it('is no shift for another list, or from or to an empty one', () => {
    expect(nextStep(rows(1, 3), rows(7, 9)).shift).toBe(false);
    expect(nextStep([], rows(1, 3)).shift).toBe(false);
    expect(nextStep(rows(1, 3), []).shift).toBe(false);
  });
});

describe('useShiftedRows', () => {
  it('ends with the rows it was given, whatever the way', () => {
    const { result, rerender } = renderHook((target: readonly Row[]) => useShiftedRows(target), { initialProps: rows(5, 9) as readonly Row[] });
    for (const [from, to] of [[1, 11], [3, 14], [3, 14], [20, 22], [1, 22], [2, 2]] as const) {
      const target = rows(from, to);
      rerender(target);
      expect(keys(result.current.rows)).toEqual(keys(target));
    }
  });
});
