import type { Kernel } from '../../kernel/feature.js';
import { prepared } from '../../kernel/prepared.js';
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
  readonly q: number;
  readonly added: boolean;
  readonly change: string;
  readonly xid: string;
}

type Narrow = Omit<ChangedRow, keyof InboxRow> & Partial<InboxRow> & { message_id: string };

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
      asked.map((question) => question.accountId),
      asked.map((question) => question.position?.seen ?? null),
      asked.map((question) => question.position?.told?.until ?? null),
      asked.map((question) => question.position?.told?.xid ?? null),
      asked.map((question) => question.position?.told?.id ?? null),
    ]);
    const { run, seen, rows, messages, unread } = answer!;
    const at = this.kernel.clock.now().getTime();
    const said = new Map(messages.map((message) => [message.message_id, message]));
    const perQuestion: ChangedRow[][] = asked.map(() => []);
    for (const row of rows) {
      perQuestion[row.q - 1]!.push({ ...said.get(row.message_id)!, ...row });
    }
    return asked.map((question, index) => {
      const unreadCount = unread[question.accountId] ?? 0;
      const position: Position = { run, seen, told: null, at };
      const events = eventsOf(perQuestion[index]!, question.position, position, unreadCount);
      return { events, unreadCount, position };
    });
  }
}

const keyOf = ({ accountId, position }: Since) =>
  `${accountId}|${position ? encodePosition(position) : ''}`;

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
  )
  select ${thisRun} as run, pg_current_snapshot()::text as seen,
    (select coalesce(json_agg(json_build_object('q', q, 'message_id', message_id,
        'arrived', arrived, 'read_at', read_at, 'dismissed_at', dismissed_at,
        'snoozed_until', snoozed_until, 'change', change, 'xid', changed_xid::text, 'added', added)
        order by q, changed_xid, message_id), '[]') from changed) as rows,
    (select coalesce(json_agg(json_build_object('message_id', m.id, 'type', m.type,
        'severity', m.severity, 'texts', m.texts, 'url', m.url, 'data', m.data,
        'created_at', m.created_at)), '[]')
      from message m where m.id in (select message_id from changed where added)) as messages,
    (select coalesce(json_object_agg(account_id, unread), '{}') from (
      select account_id, count(*)::int as unread from notification
      where account_id = any($1) and ${isUnread} group by account_id) c) as unread`);
