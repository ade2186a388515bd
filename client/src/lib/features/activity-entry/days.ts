import type { ActivityFieldsFragment } from '../../graphql/generated/documents.ts';

/** Failed sign-ins that followed on each other, which would else bury everything between them. */
export interface Failures {
  readonly id: string;
  /** Newest first, two at least. */
  readonly rows: readonly ActivityFieldsFragment[];
  readonly first: string;
  readonly last: string;
  readonly addresses: number;
}

export type Item = { readonly row: ActivityFieldsFragment } | { readonly failures: Failures };

export interface Day {
  /** YYYY-MM-DD in the person's zone. */
  readonly day: string;
  readonly items: readonly Item[];
}

const isFailure = ({ kind }: ActivityFieldsFragment) => kind === 'sign_in.failed';

/** @param rows newest first */
export function daysOf(
  rows: readonly ActivityFieldsFragment[],
  dayOf: (instant: string) => string,
): Day[] {
  const days: { day: string; rows: ActivityFieldsFragment[] }[] = [];
  for (const row of rows) {
    const day = dayOf(row.at);
    const last = days.at(-1);
    if (last?.day === day) last.rows.push(row);
    else days.push({ day, rows: [row] });
  }
  return days.map(({ day, rows: ofDay }) => ({ day, items: itemsOf(ofDay) }));
}

function itemsOf(rows: readonly ActivityFieldsFragment[]): Item[] {
  const items: Item[] = [];
  let run: ActivityFieldsFragment[] = [];
  const close = () => {
    if (run.length > 1) items.push({ failures: failuresOf(run) });
    else if (run[0]) items.push({ row: run[0] });
    run = [];
  };
  for (const row of rows) {
    if (isFailure(row)) run.push(row);
    else {
      close();
      items.push({ row });
    }
  }
  close();
  return items;
}

function failuresOf(rows: ActivityFieldsFragment[]): Failures {
  const [newest, oldest] = [rows[0]!, rows.at(-1)!];
  const addresses = new Set(rows.map(({ ipAddress }) => ipAddress)).size;
  // The oldest stays the same when a newer one joins.
  return { id: oldest.id, rows, first: oldest.at, last: newest.at, addresses };
}
