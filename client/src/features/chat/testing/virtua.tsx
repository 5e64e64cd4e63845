/** In place of `virtua` in tests: jsdom lays nothing out, so all rows are there, and a test says where the list stands.
 *  `vi.mock('virtua', () => import('../testing/virtua'))`. */

import { forwardRef, useImperativeHandle, type HTMLAttributes, type ReactElement, type ReactNode } from 'react';
import { vi } from 'vitest';

interface Props<T> {
  readonly data: readonly T[];
  readonly children: (item: T, index: number) => ReactElement;
  readonly onScroll?: (offset: number) => void;
  readonly onResize?: () => void;
  readonly shift?: boolean;
  readonly startMargin?: number;
  readonly bufferSize?: number;
  readonly keepMounted?: readonly number[];
}

/** The list as the last one drawn sees it: what a test sets and asks. */
export const list = {
  scrollSize: 1_000, viewportSize: 500, scrollOffset: 500, firstIndex: 0,
  scrollToIndex: vi.fn<(index: number, options?: object) => void>(), scrollTo: vi.fn<(offset: number) => void>(),
  scroll: (_offset: number): void => undefined,
  resize: (): void => undefined,
  shifts: [] as boolean[],
  reset(): void {
    Object.assign(list, { scrollSize: 1_000, viewportSize: 500, scrollOffset: 500, firstIndex: 0, shifts: [] });
    list.scrollToIndex.mockClear();
    list.scrollTo.mockClear();
  },
};

function draw<T>({ data, children, onScroll, onResize, shift }: Props<T>): ReactNode {
  list.scroll = (offset) => {
    list.scrollOffset = offset;
    onScroll?.(offset);
  };
  list.resize = () => onResize?.();
  list.shifts.push(shift === true);
  return data.map(children);
}

const handle = () => ({
  get scrollSize() { return list.scrollSize; },
  get viewportSize() { return list.viewportSize; },
  get scrollOffset() { return list.scrollOffset; },
  findItemIndex: () => list.firstIndex,
  getItemOffset: () => 0,
  scrollToIndex: list.scrollToIndex,
  scrollTo: list.scrollTo,
});

export const Virtualizer = forwardRef(function Virtualizer(props: Props<unknown>, ref) {
  useImperativeHandle(ref, handle, []);
  return <div>{draw(props)}</div>;
});

export const VList = forwardRef(function VList({ data, children, ...rest }: Props<unknown> & Omit<HTMLAttributes<HTMLDivElement>, 'children' | 'onScroll'>, ref) {
  useImperativeHandle(ref, handle, []);
  const { onScroll: _onScroll, onResize: _onResize, shift: _shift, startMargin: _startMargin, keepMounted: _keepMounted, ...attributes } = rest;
  return <div {...attributes}>{draw({ data, children })}</div>;
});
