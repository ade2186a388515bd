/** One line: what Gatehouse does, what the floor does in the same run, and how far apart they may be. */
export interface Row {
  readonly what: string;
  readonly gatehouse: string;
  readonly floor?: string;
  /** Gatehouse to floor, the median over interleaved rounds. */
  readonly ratio?: number;
  readonly aim?: string;
  readonly met?: boolean;
}

const heads = ['', 'Gatehouse', 'floor', 'ratio', 'aim', ''];

export function printTable(rows: readonly Row[]): void {
  const cells = rows.map((row) => [
    row.what,
    row.gatehouse,
    row.floor ?? '',
    row.ratio?.toFixed(2) ?? '',
    row.aim ?? '',
    row.met === undefined ? '' : row.met ? 'met' : 'MISSED',
  ]);
  const widths = heads.map((head, column) =>
    Math.max(head.length, ...cells.map((row) => row[column]!.length)),
  );
  const line = (row: readonly string[]) =>
    row
      .map((cell, column) =>
        column === 0 ? cell.padEnd(widths[0]!) : cell.padStart(widths[column]!),
      )
      .join('  ')
      .trimEnd();
  const rule = widths.map((width) => '─'.repeat(width)).join('──');
  process.stdout.write(`\n${[line(heads), rule, ...cells.map(line)].join('\n')}\n\n`);
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  return sorted.length % 2 === 1
    ? sorted[Math.floor(middle)]!
    : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

export const rounded = (value: number) =>
  value >= 100 ? Math.round(value).toLocaleString('en') : value.toPrecision(3);
