import type { Database } from '../../kernel/database/database.js';
import type { Json } from '../../kernel/live/live.js';
import { decodeCursor, pageOf } from '../../kernel/page/page.js';
import type { Page } from '../../kernel/page/page.js';

export interface ActivityFilter {
  /** A kind such as `password.changed`, or all that begin with its first word: `password`. */
  readonly kind?: string | null;
  /** Words that must all occur in what happened, who did it, from where and with what. */
  readonly search?: string | null;
  readonly from?: Date | null;
  readonly to?: Date | null;
}

/** Something that happened, as it was told; what is personal may have been emptied since. */
export interface ActivityRow {
  readonly id: string;
  readonly accountId: string | null;
  readonly kind: string;
  readonly at: Date;
  readonly actor: string;
  readonly address: string | null;
  readonly userAgent: string | null;
  readonly details: Record<string, Json>;
  readonly reference: string;
  /** Of the account, while there is one. */
  readonly username: string | null;
}

const columns = `e.id, e.account_id as "accountId", e.kind, e.at, e.reference,
  coalesce(p.actor, '') as actor, p.address, p.user_agent as "userAgent",
  coalesce(p.details, '{}') as details, a.username`;
const from = `from activity_entry e left join activity_person p on p.activity_id = e.id
  left join account a on a.id = e.account_id`;
const mostWords = 8;

/** The statements behind lists of activity: one a page, newest first. */
export class ActivityList {
  constructor(private readonly database: Database) {}

  /** @param since nothing older is told */
  async page(
    accountId: string | null,
    filter: ActivityFilter,
    order: { first: number; after?: string | null; since: Date },
  ): Promise<Page<ActivityRow>> {
    const { first, after, since } = order;
    const { conditions, values, p } = where(filter, since);
    if (accountId !== null) conditions.push(`e.account_id = ${p(accountId)}`);
    if (after != null) {
      const [at, id] = decodeCursor(after, ['instant', 'id']);
      conditions.push(`(e.at, e.id) < (${p(at)}::timestamptz, ${p(id)}::uuid)`);
    }
    const rows = await this.database.query<ActivityRow>(
      `select ${columns} ${from} where ${conditions.join(' and ')}
       order by e.at desc, e.id desc limit ${p(first + 1)}`,
      values,
    );
    return pageOf(rows, first, ({ at, id }) => [at.toISOString(), id]);
  }

  /** One's own; of support access, which is told to every administrator, theirs as well. */
  async byReference(accountId: string, reference: string): Promise<ActivityRow | null> {
    const [row] = await this.database.query<ActivityRow>(
      `select ${columns} ${from} where e.reference = $1 and (e.account_id = $2
         or e.kind like 'support\\_access.%' and exists (
           select 1 from account where id = $2 and role = 'ADMIN'))`,
      [reference, accountId],
    );
    return row ?? null;
  }
}

function where({ kind, search, from: earliest, to }: ActivityFilter, since: Date) {
  const values: unknown[] = [];
  const p = (value: unknown) => `$${values.push(value)}`;
  const start = earliest && earliest > since ? earliest : since;
  const conditions = [`e.at >= ${p(start)}`];
  if (to) conditions.push(`e.at < ${p(to)}`);
  if (kind) {
    // A slash is what follows the dot.
    const same = `e.kind = ${p(kind)}`;
    const group = () => `e.kind >= ${p(`${kind}.`)} and e.kind < ${p(`${kind}/`)}`;
    conditions.push(kind.includes('.') ? same : `(${same} or ${group()})`);
  }
  for (const word of wordsOf(search)) conditions.push(`p.search like ${p(`%${word}%`)}`);
  return { conditions, values, p };
}

function wordsOf(search: string | null | undefined): string[] {
  const words = (search ?? '').toLowerCase().split(/\s+/).filter(Boolean).slice(0, mostWords);
  return words.map((word) => word.replace(/[\\%_]/g, '\\$&'));
}
