/** The picker's grid and the way of the arrow keys through it: pure. */

export const COLUMNS = 8;

export type GridRow =
  | { readonly kind: 'title'; readonly key: string; readonly id: string }
  | { readonly kind: 'emoji'; readonly key: string; readonly emoji: readonly string[] };

export interface Cell {
  readonly row: number;
  readonly column: number;
}

export function gridRows(sections: readonly { readonly id: string; readonly emoji: readonly string[] }[]): readonly GridRow[] {
  const rows: GridRow[] = [];
  for (const { id, emoji } of sections) {
    if (emoji.length === 0) continue;
    rows.push({ kind: 'title', key: id, id });
    for (let at = 0; at < emoji.length; at += COLUMNS) rows.push({ kind: 'emoji', key: `${id}-${at}`, emoji: emoji.slice(at, at + COLUMNS) });
  }
  return rows;
}

const widthOf = (row: GridRow | undefined): number => (row?.kind === 'emoji' ? row.emoji.length : 0);

/** The next row with emoji from `row` on, in steps of `by`; -1 if there is none. */
function emojiRow(rows: readonly GridRow[], row: number, by: 1 | -1): number {
  let at = row;
  while (at >= 0 && at < rows.length && widthOf(rows[at]) === 0) at += by;
  return at >= 0 && at < rows.length ? at : -1;
}

/** Where a key leads: undefined if it is none of the grid's, null for out of it (up from the first row). */
export function move(rows: readonly GridRow[], from: Cell | null, key: string): Cell | null | undefined {
  if (from === null) {
    const row = key === 'ArrowDown' ? emojiRow(rows, 0, 1) : -1;
    return row === -1 ? undefined : { row, column: 0 };
  }
  const toRow = (row: number, column: number): Cell => ({ row, column: Math.min(column, widthOf(rows[row]) - 1) });
  switch (key) {
    case 'ArrowDown': {
      const row = emojiRow(rows, from.row + 1, 1);
      return row === -1 ? from : toRow(row, from.column);
    }
    case 'ArrowUp': {
      const row = emojiRow(rows, from.row - 1, -1);
      return row === -1 ? null : toRow(row, from.column);
    }
    case 'ArrowRight': {
      if (from.column + 1 < widthOf(rows[from.row])) return { ...from, column: from.column + 1 };
      const row = emojiRow(rows, from.row + 1, 1);
      return row === -1 ? from : { row, column: 0 };
    }
    case 'ArrowLeft': {
      if (from.column > 0) return { ...from, column: from.column - 1 };
      const row = emojiRow(rows, from.row - 1, -1);
      return row === -1 ? from : { row, column: widthOf(rows[row]) - 1 };
    }
    default:
      return undefined;
  }
}
