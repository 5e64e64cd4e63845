import { act, renderHook, screen } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Row } from '../../../state/view';
import { Around } from '../testing/around';
import { messageRow } from '../testing/rows';
import { GATHER_MS, useAnnouncements } from './use_announcements';

const others = (from: number, to: number): Row[] => Array.from({ length: to - from + 1 }, (_, i) => messageRow({ seq: from + i, text: `text ${from + i}` }));
const spoken = (): string => screen.getAllByRole('status').map((region) => region.textContent).join('');

function setup(rows: readonly Row[], live = true) {
  return renderHook(([given, isLive]: readonly [readonly Row[], boolean]) => useAnnouncements(given, isLive), { initialProps: [rows, live] as readonly [readonly Row[], boolean], wrapper: Around });
}
const pass = (ms: number): void => act(() => { vi.advanceTimersByTime(ms); });

beforeEach(() => { vi.useFakeTimers(); });
afterEach(() => { vi.useRealTimers(); });

describe('useAnnouncements', () => {
  it('tells author and text of what comes, but nothing of what was there', () => {
    const { rerender } = setup(others(1, 5));
    pass(GATHER_MS * 2);
    expect(spoken()).toBe('');
    rerender([others(1, 6), true]);
    pass(GATHER_MS);
    expect(spoken()).toBe('ben: text 6');
  });

  it('counts them when there are many at once', () => {
    const { rerender } = setup(others(1, 5));
    for (let last = 6; last <= 20; ++last) rerender([others(1, last), true]);
    pass(GATHER_MS);
    expect(spoken()).toBe('15 new messages');
  });

  it('is silent about one’s own, and about older ones that load', () => {
    const { rerender } = setup(others(5, 6));
    rerender([[...others(5, 6), messageRow({ seq: 7, own: true, user: 'ana' })], true]);
    rerender([[...others(1, 6), messageRow({ seq: 7, own: true, user: 'ana' })], true]);
    pass(GATHER_MS * 3);
    expect(spoken()).toBe('');
  });

  it('takes what the device remembered for known once the room is joined', () => {
    const { rerender } = setup(others(1, 3), false);
    rerender([others(1, 9), true]);
    pass(GATHER_MS * 2);
    expect(spoken()).toBe('');
    rerender([others(1, 10), true]);
    pass(GATHER_MS);
    expect(spoken()).toBe('ben: text 10');
  });
});
