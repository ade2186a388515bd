import { refuse } from '../../kernel/errors.js';
import type { Kernel } from '../../kernel/feature.js';
import { isId } from '../../kernel/id.js';
import { checkFirst, decodeCursor, pageOf } from '../../kernel/page/page.js';
import type { Page } from '../../kernel/page/page.js';
import { prepared } from '../../kernel/database/prepared.js';
import { cleanText } from '../../kernel/text/text-input.js';
import { requireAccount } from '../../kernel/access/viewer.js';
import type { Viewer } from '../../kernel/access/viewer.js';
import { inboxColumns, isUnread } from './inbox-row.js';
import type { InboxRow } from './inbox-row.js';
import { encodePosition, thisRun } from './position.js';

export interface InboxQuery {
  readonly first: number;
  readonly after?: string | null;
  readonly filter: 'ALL' | 'UNREAD' | 'SNOOZED' | 'DISMISSED';
  readonly category?: string | null;
  readonly severity?: string | null;
  readonly search?: string | null;
}

export interface InboxPage extends Page<InboxRow> {
  readonly unreadCount: number;
  readonly position: string;
}

const filters: Record<InboxQuery['filter'], string> = {
  ALL: 'n.dismissed_at is null and n.snoozed_until is null',
  UNREAD: 'n.read_at is null and n.dismissed_at is null and n.snoozed_until is null',
  SNOOZED: 'n.snoozed_until is not null and n.dismissed_at is null',
  DISMISSED: 'n.dismissed_at is not null',
};

const countUnread = prepared(
  `select count(*)::int as unread from notification where account_id = $1 and ${isUnread}`,
);

/** Reading an inbox: a page, the unread count and the live position are one statement and one moment. */
export class Inboxes {
  constructor(private readonly kernel: Kernel) {}

  async page(viewer: Viewer, query: InboxQuery): Promise<InboxPage> {
    requireAccount(viewer);
    const first = checkFirst(query.first);
    const [where, values] = conditionOf(query, [viewer.accountId, first + 1]);
    const rows = await this.kernel.database.query<{
      run: string;
      seen: string;
      unread: number;
      rows: InboxRow[];
    }>(
      prepared(
        `select ${thisRun} as run, pg_current_snapshot()::text as seen,
         (select count(*)::int from notification where account_id = $1 and ${isUnread}) as unread,
         (select coalesce(json_agg(r), '[]') from (
            select ${inboxColumns} from notification n join message m on m.id = n.message_id
            where ${where} order by n.arrived desc, n.message_id desc limit $2) r) as rows`,
      ),
      values,
    );
    const { run, seen, unread, rows: found } = rows[0]!;
    return {
      ...pageOf(found, first, (row) => [new Date(row.arrived).toISOString(), row.message_id]),
      unreadCount: unread,
      position: encodePosition({ run, seen, told: null, at: this.kernel.clock.now().getTime() }),
    };
  }

  async find(viewer: Viewer, id: string): Promise<InboxRow | null> {
    requireAccount(viewer);
    if (!isId(id)) return null;
    return (await this.rows(viewer.accountId, [id]))[0] ?? null;
  }

  async rows(accountId: string, ids: readonly string[]): Promise<InboxRow[]> {
    const rows = await this.kernel.database.query<{ rows: InboxRow[] }>(
      `select coalesce(json_agg(r), '[]') as rows from (
         select ${inboxColumns} from notification n join message m on m.id = n.message_id
         where n.account_id = $1 and n.message_id = any($2)
         order by n.arrived desc, n.message_id desc) r`,
      [accountId, ids],
    );
    return rows[0]!.rows;
  }

  async unreadCount(accountId: string): Promise<number> {
    const rows = await this.kernel.database.query<{ unread: number }>(countUnread, [accountId]);
    return rows[0]!.unread;
  }
}

/** @param values `$1` is the account; more are added behind */
function conditionOf(query: InboxQuery, values: unknown[]): [string, unknown[]] {
  const conditions = ['n.account_id = $1', filters[query.filter]];
  const value = (given: unknown) => `$${values.push(given)}`;
  if (query.after) {
    const [arrived, id] = decodeCursor(query.after, ['instant', 'id']);
    conditions.push(
      `(n.arrived, n.message_id) < (${value(arrived)}::timestamptz, ${value(id)}::uuid)`,
    );
  }
  if (query.category) {
    conditions.push(
      `m.category = ${value(cleanText(query.category, { field: 'category', max: 64 }))}`,
    );
  }
  if (query.severity) conditions.push(`m.severity = ${value(query.severity)}`);
  const search = query.search && cleanText(query.search, { field: 'search', max: 200 });
  if (search) {
    const pattern = value(`%${search.replace(/[\\%_]/g, '\\$&')}%`);
    // What was said, not the names of the fields that hold it.
    const says = (where: string) =>
      `exists (select 1 from jsonb_path_query(${where}) value where value #>> '{}' ilike ${pattern})`;
    conditions.push(
      `(${says(`m.texts, '$.*.*'`)} or ${says(`m.data, '$.** ? (@.type() == "string" || @.type() == "number")'`)} or m.type ilike ${pattern})`,
    );
  }
  return [conditions.join(' and '), values];
}

/** @throws BAD_USER_INPUT field `ids` */
export function checkIds(ids: readonly string[]): string[] {
  if (ids.length > 100) refuse('BAD_USER_INPUT', 'At most 100 ids a call.', { field: 'ids' });
  const wrong = ids.find((id) => !isId(id));
  if (wrong !== undefined) {
    refuse('BAD_USER_INPUT', 'This is not a notification’s id.', { field: 'ids' });
  }
  return [...new Set(ids)];
}
