/** Rows in the steps that the virtual list can follow: it keeps its place if it is told whether rows came or went at the
 *  front, but one render can be told only one thing. Rows that came at both ends are shown in two. */

import { useLayoutEffect, useState } from 'react';
import type { Row } from '../../../state/view';

export interface ShiftedRows {
  readonly rows: readonly Row[];
  /** The difference to the rows before is at the front. */
  readonly shift: boolean;
}

const firstMessage = (rows: readonly Row[]): number => rows.findIndex((row) => row.kind === 'message');
const indexOfKey = (rows: readonly Row[], key: string): number => rows.findIndex((row) => row.key === key);

/** What to show on the way from `shown` to `target`. Dividers move with the front; only messages tell where it is. */
export function nextStep(shown: readonly Row[], target: readonly Row[]): ShiftedRows {
  const from = firstMessage(shown);
  const to = firstMessage(target);
  if (from === -1 || to === -1) return { rows: target, shift: false };
  const at = indexOfKey(target, (shown[from] as Row).key);
  if (at !== -1) {
    const came = at - from;
    if (came === 0) return { rows: target, shift: false };
    if (came < 0) return { rows: target, shift: true };
    const atTheEnd = target.length - shown.length - came;
    return { rows: atTheEnd > 0 ? target.slice(0, target.length - atTheEnd) : target, shift: true };
  }
  const was = indexOfKey(shown, (target[to] as Row).key);
  if (was === -1) return { rows: target, shift: false }; // another list altogether
  const rest = [...target.slice(0, to), ...shown.slice(was)];
  return { rows: rest.length === target.length ? target : rest, shift: true };
}

export function useShiftedRows(target: readonly Row[]): ShiftedRows {
  const [state, setState] = useState<ShiftedRows & { readonly target: readonly Row[] }>({ rows: target, shift: false, target });
  let current = state;
  if (state.target !== target) {
    current = { ...nextStep(state.rows, target), target };
    setState(current); // in render, so that nothing is painted in between
  }
  useLayoutEffect(() => {
    // eslint-disable-next-line react-hooks/set-state-in-effect -- the second step has to follow the first one's commit
    if (state.rows !== state.target) setState({ rows: state.target, shift: false, target: state.target });
  }, [state]);
  return current;
}
