import { codePoints } from './text-input.js';

/** Columns wide enough for what stands in them, as command lines show lists. */
export function textTable(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => codePoints(row[column] ?? ''))),
  );
  const pad = (cell: string, column: number) =>
    cell + ' '.repeat(Math.max(0, widths[column]! - codePoints(cell)));
  return rows.map((row) => row.map(pad).join('  ').trimEnd()).join('\n');
}
