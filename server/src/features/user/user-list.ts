import type { Database } from '../../kernel/database/database.js';
import { decodeCursor, pageOf } from '../../kernel/page/page.js';
import type { Page } from '../../kernel/page/page.js';
import { refuse } from '../../kernel/errors.js';

export interface UserFilter {
  readonly search?: string | null;
  readonly role?: 'USER' | 'ADMIN' | null;
  readonly disabled?: boolean | null;
}

export type UserSort = 'USERNAME' | 'CREATED_AT' | 'LAST_ACTIVE_AT' | 'DISK_USED';

/** An account as administrators see it. */
export interface User {
  readonly id: string;
  readonly username: string;
  readonly email: string;
  readonly displayName: string | null;
  readonly role: 'USER' | 'ADMIN';
  readonly permissions: string[];
  readonly disabled: boolean;
  readonly totpEnabled: boolean;
  readonly passkeyCount: number;
  /** Null: never. At most a minute behind. */
  readonly lastActiveAt: Date | null;
  readonly createdAt: Date;
  /** Bytes, for the order alone. */
  readonly diskUsed: number;
}

// Ended sessions are swept; what the person did stands in the log, newest last in its index.
const select = `
  select a.id, a.username, a.email, a.display_name as "displayName", a.role, a.permissions,
         a.disabled_at is not null as disabled, a.created_at as "createdAt",
         exists (select 1 from totp t where t.account_id = a.id and t.secret_sealed is not null)
           as "totpEnabled",
         (select count(*)::int from passkey p where p.account_id = a.id) as "passkeyCount",
         seen.at as "lastActiveAt", coalesce(disk.used, 0)::float8 as "diskUsed"
  from account a
  left join usage_limit disk on disk.account_id = a.id and disk.key = 'disk'
  cross join lateral (select greatest(
    (select max(s.last_active_at) from session s where s.account_id = a.id),
    (select v.at from activity v where v.account_id = a.id and v.actor = a.username
     order by v.id desc limit 1)) as at) seen`;

interface Sort {
  readonly order: string;
  /** The rows behind a cursor; `p` puts a value into the statement and answers its name. */
  after(cursor: string, p: (value: unknown) => string): string;
  readonly cursorOf: (user: User) => (string | number)[];
}

const never = new Date(0);
const seen = `coalesce(seen.at, '${never.toISOString()}'::timestamptz)`;

/** Newest first, the id telling rows of the same instant apart. */
function byInstant(name: UserSort, column: string, instantOf: (user: User) => Date): Sort {
  return {
    order: `${column} desc, a.id desc`,
    after(cursor, p) {
      const [sort, at, id] = decodeCursor(cursor, ['text', 'instant', 'id']);
      refuseOther(sort, name);
      return `(${column}, a.id) < (${p(at)}::timestamptz, ${p(id)}::uuid)`;
    },
    cursorOf: (user) => [name, instantOf(user).toISOString(), user.id],
  };
}

const sorts: Record<UserSort, Sort> = {
  USERNAME: {
    order: 'a.username',
    after(cursor, p) {
      const [sort, username] = decodeCursor(cursor, ['text', 'text']);
      refuseOther(sort, 'USERNAME');
      return `a.username > ${p(username)}`;
    },
    cursorOf: (user) => ['USERNAME', user.username],
  },
  CREATED_AT: byInstant('CREATED_AT', 'a.created_at', (user) => user.createdAt),
  LAST_ACTIVE_AT: byInstant('LAST_ACTIVE_AT', seen, (user) => user.lastActiveAt ?? never),
  DISK_USED: {
    order: 'coalesce(disk.used, 0) desc, a.id desc',
    after(cursor, p) {
      const [sort, used, id] = decodeCursor(cursor, ['text', 'number', 'id']);
      refuseOther(sort, 'DISK_USED');
      return `(coalesce(disk.used, 0)::float8, a.id) < (${p(used)}::float8, ${p(id)}::uuid)`;
    },
    cursorOf: (user) => ['DISK_USED', user.diskUsed, user.id],
  },
};

function refuseOther(sort: string, wanted: UserSort): void {
  if (sort === wanted) return;
  const message = 'This position belongs to the list in another order. Load it again.';
  refuse('BAD_USER_INPUT', message, { field: 'after' });
}

/** The statements behind the list of users: one a page, whatever its length. */
export class UserList {
  constructor(private readonly database: Database) {}

  async page(
    filter: UserFilter,
    order: { first: number; after?: string | null; sort: UserSort },
  ): Promise<Page<User>> {
    const { first, after, sort } = order;
    const { conditions, values, p } = where(filter);
    if (after != null) conditions.push(sorts[sort].after(after, p));
    const rows = await this.database.query<User>(
      `${select} where ${conditions.join(' and ')} order by ${sorts[sort].order} limit ${p(first + 1)}`,
      values,
    );
    return pageOf(rows, first, sorts[sort].cursorOf);
  }

  async count(filter: UserFilter): Promise<number> {
    const { conditions, values } = where(filter);
    const [row] = await this.database.query<{ count: number }>(
      `select count(*)::int as count from account a where ${conditions.join(' and ')}`,
      values,
    );
    return row!.count;
  }

  async find(key: { id: string } | { username: string }): Promise<User | null> {
    const [column, value] = 'id' in key ? ['a.id', key.id] : ['a.username', key.username];
    const [user] = await this.database.query<User>(`${select} where ${column} = $1`, [value]);
    return user ?? null;
  }
}

function where({ search, role, disabled }: UserFilter) {
  const values: unknown[] = [];
  const p = (value: unknown) => `$${values.push(value)}`;
  const conditions = ['true'];
  if (search) {
    const like = p(`%${search.replace(/[\\%_]/g, '\\$&')}%`);
    const columns = ['a.username', 'a.email', 'a.display_name'];
    conditions.push(`(${columns.map((column) => `${column} ilike ${like}`).join(' or ')})`);
  }
  if (role != null) conditions.push(`a.role = ${p(role)}`);
  if (disabled != null) conditions.push(`(a.disabled_at is not null) = ${p(disabled)}`);
  return { conditions, values, p };
}
