import { refuse } from '../../kernel/errors.js';
import type { Kernel } from '../../kernel/feature.js';
import { requirePermission } from '../../kernel/access/viewer.js';
import type { Viewer } from '../../kernel/access/viewer.js';
import type { Accounts } from '../account/accounts.js';
import type { Activities } from '../activity/activities.js';
import type { User } from '../user/user-list.js';
import type { Users } from '../user/users.js';
import type { AffectedUsers } from '../user-change/affected-users.js';
import { builtInKeys, checkAmount, checkKey, checkReportedKey, limitOf } from './limit.js';
import type { Limit } from './limit.js';
import { unitOf } from './limit.js';
import { crossingsOf } from './thresholds.js';
import type { Told } from './thresholds.js';
import type { Warnings } from './warnings.js';

/** Live topic: limits of an account changed. `{ accountId }`. */
export const limitsChanged = 'limits';
const mostKeys = 100;

/** A limit whose row is locked until the transaction ends. */
export interface HeldLimit {
  readonly key: string;
  readonly most: number;
  readonly used: number;
  readonly told: Told;
}

/** Hears, in the same transaction, that somebody reported how much is used. */
export type Follower = (accountId: string, used: number) => Promise<void>;

/**
 * What accounts may use and what they use. Whoever changes either holds the limit's row, so that
 * reports, changes and registrations that come at once count one after the other, and each
 * threshold is told once.
 */
export class Limits {
  readonly #followers = new Map<string, Follower>();

  constructor(
    private readonly kernel: Kernel,
    private readonly accounts: Accounts,
    private readonly users: Users,
    private readonly affected: AffectedUsers,
    private readonly activities: Activities,
    private readonly warnings: Warnings,
  ) {}

  /** Rooms above keep what belongs to a report of theirs. */
  follow(key: string, follower: Follower): void {
    this.#followers.set(key, follower);
  }

  /** In the order of the ids: the built-in ones first, then the site's own by name. */
  async of(accountIds: readonly string[]): Promise<Limit[][]> {
    const rows = await this.kernel.database.query<{
      account_id: string;
      key: string;
      used: number;
      most: number;
    }>(
      `select account_id, key, used::float8, most::float8 from usage_limit
       where account_id = any($1) order by key`,
      [accountIds],
    );
    const byAccount = Map.groupBy(rows, (row) => row.account_id);
    return accountIds.map((id) => {
      const found = new Map(
        (byAccount.get(id) ?? []).map(({ key, used, most }) => [key, limitOf(key, used, most)]),
      );
      const builtIn = builtInKeys.map((key) => found.get(key) ?? limitOf(key, 0, -1));
      const own = [...found.values()].filter(({ key }) => !isBuiltIn(key));
      return [...builtIn, ...own];
    });
  }

  /** @throws NOT_FOUND field `username`, BAD_USER_INPUT field `key` or `used` */
  async report(
    viewer: Viewer,
    input: { username: string; key: string; used: number },
  ): Promise<Limit> {
    requirePermission(viewer, 'admin.users');
    const key = checkReportedKey(input.key);
    const used = checkAmount(input.used, 'used');
    const accountId = await this.accountOf(input.username);
    return this.kernel.database.transaction(async () => {
      const limit = await this.change(accountId, key, { used });
      await this.#followers.get(key)?.(accountId, used);
      return limit;
    });
  }

  /** @param value -1 is unlimited. @throws FORBIDDEN, NOT_FOUND field `id`, BAD_USER_INPUT field `key` or `value` */
  async set(viewer: Viewer, id: string, key: string, value: number): Promise<User> {
    requirePermission(viewer, 'admin.users');
    checkKey(key);
    checkAmount(value, 'value', -1);
    await this.kernel.database.transaction(async () => {
      await this.affected.hold(viewer, id);
      const [held] = await this.hold(id, [key]);
      await this.change(id, key, { most: value });
      const details = { key, from: held!.most, value };
      await this.activities.record(viewer, id, 'user.limit_set', details);
    });
    return (await this.users.find(viewer, { id }))!;
  }

  /**
   * Sets what is used, what may be used, or both, and tells what that crosses. Belongs to the rooms
   * that have asked for the permission.
   */
  change(
    accountId: string,
    key: string,
    to: { readonly used?: number; readonly most?: number },
  ): Promise<Limit> {
    const { database, live } = this.kernel;
    return database.transaction(async () => {
      const [held] = await this.hold(accountId, [key]);
      const used = to.used ?? held!.used;
      const most = to.most ?? held!.most;
      const { told, crossings } = crossingsOf(held!.told, used, most);
      if (used !== held!.used || most !== held!.most || told !== held!.told) {
        await database.query(
          'update usage_limit set used = $3, most = $4, told = $5 where account_id = $1 and key = $2',
          [accountId, key, used, most, told],
        );
        await live.publish(limitsChanged, { accountId });
      }
      const unit = unitOf(key);
      await this.warnings.tell(
        'quota',
        { accountId, object: key, unit, used, limit: most },
        crossings,
      );
      return limitOf(key, used, most);
    });
  }

  /** Locks the limits until the transaction ends, in the order of their keys. @throws LIMIT_REACHED for too many keys */
  async hold(accountId: string, keys: readonly string[]): Promise<HeldLimit[]> {
    const { database } = this.kernel;
    const sorted = [...keys].sort();
    const made = await database.query(
      `insert into usage_limit (account_id, key) select $1, key from unnest($2::text[]) as key
       order by key on conflict do nothing returning 1`,
      [accountId, sorted],
    );
    if (made.length > 0) await this.#refuseTooMany(accountId);
    return database.query<HeldLimit>(
      `select key, most::float8, used::float8, told from usage_limit
       where account_id = $1 and key = any($2) order by key for update`,
      [accountId, sorted],
    );
  }

  /** @throws NOT_FOUND field `username` */
  async accountOf(username: string): Promise<string> {
    const account = await this.accounts.findByUsername(username);
    if (!account) refuse('NOT_FOUND', 'There is no user of this name.', { field: 'username' });
    return account.id;
  }

  async #refuseTooMany(accountId: string): Promise<void> {
    const [row] = await this.kernel.database.query<{ count: number }>(
      'select count(*)::int as count from usage_limit where account_id = $1',
      [accountId],
    );
    if (row!.count <= mostKeys) return;
    refuse('LIMIT_REACHED', `An account has at most ${mostKeys} limits.`, { field: 'key' });
  }
}

const isBuiltIn = (key: string) => (builtInKeys as readonly string[]).includes(key);
