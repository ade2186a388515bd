import type { Kernel } from '../../kernel/feature.js';
import { prepared } from '../../kernel/database/prepared.js';
import { isUnread } from './inbox-row.js';
import type { InboxRow } from './inbox-row.js';
import { encodePosition, thisRun } from './position.js';
import type { Position } from './position.js';

const mostRows = 500;

export type InboxEventData = { readonly unreadCount: number; readonly position: string } & (
  | { readonly row: InboxRow }
  | { readonly change: string; readonly ids: readonly string[] }
  | { readonly reset: true }
);

export interface Since {
  readonly accountId: string;
  /** Null: only where the stream stands now is wanted. */
  readonly position: Position | null;
}

export interface Changes {
  readonly events: readonly InboxEventData[];
  readonly unreadCount: number;
  readonly position: Position;
}

interface ChangedRow extends InboxRow {
  readonly added: boolean;
  readonly change: string;
  readonly xid: string;
}

/** Without what the message says, for all who have it so, by their places among the questions from 1 on. */
type Narrow = Omit<ChangedRow, keyof InboxRow> &
  Partial<InboxRow> & { message_id: string; questions: readonly number[] };

/**
 * What changed in inboxes since positions, each row once in its present state, oldest first: live
 * events and the catch-up after a lost connection are the same question. Asked for many at once in
 * one statement.
 */
export class InboxChanges {
  constructor(private readonly kernel: Kernel) {}

  async since(questions: readonly Since[]): Promise<Changes[]> {
    const keys = questions.map(keyOf);
    const distinct = new Map(keys.map((key, index) => [key, questions[index]!]));
    const answers = await this.#ask([...distinct.values()]);
    const byKey = new Map([...distinct.keys()].map((key, index) => [key, answers[index]!]));
    return keys.map((key) => byKey.get(key)!);
  }

  async #ask(asked: readonly Since[]): Promise<Changes[]> {
    const [answer] = await this.kernel.database.query<{
      run: string;
      seen: string;
      rows: Narrow[];
      messages: InboxRow[];
      unread: Record<string, number>;
    }>(statement, [
      asked.map(({ accountId }) => accountId),
      asked.map(({ position }) => position?.seen ?? null),
      asked.map(({ position }) => position?.told?.until ?? null),
      asked.map(({ position }) => position?.told?.xid ?? null),
      asked.map(({ position }) => position?.told?.id ?? null),
    ]);
    const { run, seen, rows, messages, unread } = answer!;
    const position: Position = { run, seen, told: null, at: this.kernel.clock.now().getTime() };
    const said = new Map(messages.map((message) => [message.message_id, message]));
    const changed: ChangedRow[][] = asked.map(() => []);
    for (const { questions, ...row } of rows) {
      const whole = { ...said.get(row.message_id)!, ...row };
      for (const question of questions) changed[question - 1]!.push(whole);
    }
    const events = eventsTo(position);
    return asked.map(({ accountId, position: from }, index) => {
      const unreadCount = unread[accountId] ?? 0;
      return { events: events(changed[index]!, from, unreadCount), unreadCount, position };
    });
  }
}

const keyOf = ({ accountId, position }: Since) => {
  const { run, seen, told } = position ?? {};
  return `${accountId}|${run}|${seen}|${told ? `${told.until}|${told.xid}|${told.id}` : ''}`;
};

/**
 * Of a single row it says no more where somebody stood: all who have it alike, and as many unread, get
 * the same object, whose answer is then made once (decision 28).
 */
function eventsTo(to: Position) {
  const known = new Map<ChangedRow, Map<number, readonly InboxEventData[]>>();
  return (rows: readonly ChangedRow[], from: Position | null, unreadCount: number) => {
    const [row] = rows;
    const make = () => eventsOf(rows, from, to, unreadCount);
    if (!row || rows.length > 1 || from?.run !== to.run) return make();
    const byCount = known.get(row) ?? new Map<number, readonly InboxEventData[]>();
    const events = byCount.get(unreadCount) ?? make();
    known.set(row, byCount.set(unreadCount, events));
    return events;
  };
}

/** One event a new row, one for each run of rows that the same act changed. */
function eventsOf(
  rows: readonly ChangedRow[],
  from: Position | null,
  to: Position,
  unreadCount: number,
): InboxEventData[] {
  if (rows.length > mostRows || (from && from.run !== to.run)) {
    return [{ reset: true, unreadCount, position: encodePosition(to) }];
  }
  const runs: ChangedRow[][] = [];
  for (const row of rows) {
    const run = runs.at(-1);
    const last = run?.at(-1);
    const joins =
      last && !row.added && !last.added && last.xid === row.xid && last.change === row.change;
    if (joins) run!.push(row);
    else runs.push([row]);
  }
  return runs.map((run, index) => {
    const last = run.at(-1)!;
    const told = { until: to.seen, xid: last.xid, id: last.message_id };
    const here = index === runs.length - 1 ? to : { ...to, seen: from!.seen, told };
    const common = { unreadCount, position: encodePosition(here) };
    return last.added
      ? { row: last, ...common }
      : { change: last.change, ids: run.map((row) => row.message_id), ...common };
  });
}

const statement = prepared(`
  with asked as materialized (
    select * from unnest($1::uuid[], $2::pg_snapshot[], $3::pg_snapshot[], $4::xid8[], $5::uuid[])
      with ordinality as t (account_id, seen, until, xid, id, q)
  ), changed as materialized (
    select asked.q, n.*
    from asked cross join lateral (
      select n.message_id, n.arrived, n.read_at, n.dismissed_at, n.snoozed_until,
        case when n.change = 'ADDED' then 'READ' else n.change end as change,
        n.changed_xid, not pg_visible_in_snapshot(n.added_xid, asked.seen) as added
      from notification n
      where n.account_id = asked.account_id and asked.seen is not null
        and n.changed_xid >= pg_snapshot_xmin(asked.seen)
        and not pg_visible_in_snapshot(n.changed_xid, asked.seen)
        and not coalesce(pg_visible_in_snapshot(n.changed_xid, asked.until)
          and (n.changed_xid, n.message_id) <= (asked.xid, asked.id), false)
      order by n.changed_xid, n.message_id limit ${mostRows + 1}) n
  ), alike as (
    select message_id, arrived, read_at, dismissed_at, snoozed_until, change, changed_xid, added,
      json_agg(q) as questions
    from changed group by 1, 2, 3, 4, 5, 6, 7, 8
  )
  select ${thisRun} as run, pg_current_snapshot()::text as seen,
    (select coalesce(json_agg(json_build_object('questions', questions, 'message_id', message_id,
        'arrived', arrived, 'read_at', read_at, 'dismissed_at', dismissed_at,
        'snoozed_until', snoozed_until, 'change', change, 'xid', changed_xid::text, 'added', added)
        order by changed_xid, message_id), '[]') from alike) as rows,
    (select coalesce(json_agg(json_build_object('message_id', m.id, 'type', m.type,
        'severity', m.severity, 'texts', m.texts, 'url', m.url, 'data', m.data,
        'created_at', m.created_at)), '[]')
      from message m where m.id in (select message_id from changed where added)) as messages,
    (select coalesce(json_object_agg(account_id, unread), '{}') from (
      select account_id, count(*)::int as unread from notification
      where account_id = any($1) and ${isUnread} group by account_id) c) as unread`);
