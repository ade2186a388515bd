import type { Snippet } from 'svelte';

/** A column of a DataList. */
export interface Column<Row> {
  key: string;
  label: string;
  /** Plain text, or a snippet for anything richer. */
  text?: (row: Row) => string;
  cell?: Snippet<[Row]>;
  align?: 'start' | 'end';
  /** In one line where it is a table: short things, such as a date. */
  nowrap?: boolean;
  /** The row's name: a row header, and the heading of the card. */
  primary?: boolean;
}
