import { refuse } from '../errors.js';
import { isId } from '../id.js';

/** What a part of a cursor must look like before it may reach a query. */
export type CursorPart = 'text' | 'number' | 'id' | 'instant';

export interface PageInfo {
  hasNextPage: boolean;
  startCursor: string | null;
  endCursor: string | null;
}

export interface Page<Node> {
  nodes: Node[];
  pageInfo: PageInfo;
}

type PartValue<Part extends CursorPart> = Part extends 'number' ? number : string;
export type CursorValues<Parts extends readonly CursorPart[]> = {
  -readonly [Index in keyof Parts]: PartValue<Parts[Index]>;
};

// Cursors outlive a deployment in open pages; a changed form must be refused, not misread.
const version = 1;
const longest = 2_000;
const instant = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?Z$/;

const fits: Record<CursorPart, (value: unknown) => boolean> = {
  text: (value) => typeof value === 'string' && value.isWellFormed() && !value.includes('\0'),
  number: (value) => typeof value === 'number' && Number.isFinite(value),
  id: (value) => typeof value === 'string' && isId(value),
  instant: (value) => typeof value === 'string' && instant.test(value) && isInCalendar(value),
};

/** JavaScript reads the 30th of February as a day of March; PostgreSQL refuses it, and the year 0. */
function isInCalendar(text: string): boolean {
  const date = new Date(text);
  if (Number.isNaN(date.getTime()) || text.startsWith('0000')) return false;
  return date.toISOString().startsWith(text.slice(0, 19));
}

/**
 * The sort key of a row as opaque text. It carries no right: whoever forges one reaches another
 * place in a list that he may read anyway.
 * @param parts instants as ISO 8601 in UTC, up to microseconds
 */
export function encodeCursor(parts: readonly (string | number)[]): string {
  return Buffer.from(JSON.stringify([version, ...parts])).toString('base64url');
}

/**
 * The sort key back, in the shape the query expects, so that what was tampered with never reaches
 * PostgreSQL as a malformed uuid or timestamp.
 * @throws BAD_USER_INPUT
 */
export function decodeCursor<const Parts extends readonly CursorPart[]>(
  text: string,
  shape: Parts,
  field = 'after',
): CursorValues<Parts> {
  const parts = read(text);
  if (parts?.length !== shape.length || !shape.every((part, index) => fits[part](parts[index]))) {
    refuse('BAD_USER_INPUT', 'This position does not belong to this list. Load it again.', {
      field,
    });
  }
  return parts as CursorValues<Parts>;
}

function read(text: string): unknown[] | null {
  if (text.length > longest || !/^[A-Za-z0-9_-]+$/.test(text)) return null;
  try {
    const parsed: unknown = JSON.parse(Buffer.from(text, 'base64url').toString());
    if (!Array.isArray(parsed) || parsed[0] !== version) return null;
    const parts: unknown[] = parsed;
    return parts.slice(1);
  } catch {
    return null;
  }
}

/**
 * How many rows were asked for.
 * @throws BAD_USER_INPUT unless it is a whole number from 1 to 100
 */
export function checkFirst(first: number, field = 'first'): number {
  if (Number.isInteger(first) && first >= 1 && first <= 100) return first;
  refuse('BAD_USER_INPUT', 'Ask for 1 to 100 rows at a time.', { field });
}

/** @param rows fetched with a limit of `first + 1`: the one too many says that more follow */
export function pageOf<Row>(
  rows: readonly Row[],
  first: number,
  cursorOf: (row: Row) => readonly (string | number)[],
): Page<Row> {
  const nodes = rows.slice(0, first);
  const cursor = (row: Row | undefined) => (row === undefined ? null : encodeCursor(cursorOf(row)));
  return {
    nodes,
    pageInfo: {
      hasNextPage: rows.length > first,
      startCursor: cursor(nodes[0]),
      endCursor: cursor(nodes.at(-1)),
    },
  };
}
