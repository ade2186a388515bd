import type { PreferenceFieldsFragment } from '../../graphql/generated/documents.ts';

export const columns = ['IN_APP', 'EMAIL', 'DISCORD', 'SIGNAL'] as const;
export type Column = (typeof columns)[number];
export type Preference = PreferenceFieldsFragment;

/** Why a column has no boxes: nothing is set up yet, or this site cannot send there. */
export type ColumnState = 'ready' | 'notSetUp' | 'notOffered';
export type ColumnStates = Readonly<Record<Column, ColumnState>>;

export interface Change {
  readonly type: string;
  readonly channel: Column;
  readonly enabled: boolean;
}

export interface Group {
  readonly category: string;
  readonly rows: readonly Preference[];
}

export type Mix = 'on' | 'off' | 'mixed';

/** In the order in which the server names them. */
export function groupsOf(rows: readonly Preference[]): Group[] {
  const groups = new Map<string, Preference[]>();
  for (const row of rows) {
    const present = groups.get(row.type.category);
    if (present) present.push(row);
    else groups.set(row.type.category, [row]);
  }
  return [...groups].map(([category, own]) => ({ category, rows: own }));
}

export const isLocked = (row: Preference, channel: Column) => row.mandatory.includes(channel);
export const keyOf = (type: string, channel: Column) => `${channel} ${type}`;

/** Of what somebody may choose; undefined when that is nothing. */
export function mixOf(
  rows: readonly Preference[],
  channel: Column,
  isOn: (row: Preference, channel: Column) => boolean,
): Mix | undefined {
  const free = rows.filter((row) => !isLocked(row, channel));
  if (free.length === 0) return undefined;
  const on = free.filter((row) => isOn(row, channel)).length;
  if (on === 0) return 'off';
  return on === free.length ? 'on' : 'mixed';
}

/** What makes of these rows what they were before anybody chose. */
export function defaultsOf(rows: readonly Preference[]): Change[] {
  return rows.flatMap((row) =>
    columns
      .filter((channel) => !isLocked(row, channel))
      .map((channel) => ({
        type: row.type.key,
        channel,
        enabled: row.type.defaultChannels.includes(channel),
      })),
  );
}
