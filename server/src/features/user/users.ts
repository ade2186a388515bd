import { refuse } from '../../kernel/errors.js';
import type { Kernel } from '../../kernel/feature.js';
import { isId } from '../../kernel/id.js';
import { checkFirst } from '../../kernel/page/page.js';
import type { Page } from '../../kernel/page/page.js';
import { cleanText } from '../../kernel/text/text-input.js';
import { requirePermission } from '../../kernel/access/viewer.js';
import type { Viewer } from '../../kernel/access/viewer.js';
import { Session } from '../session/session.entity.js';
import { endOf } from '../session/session-life.js';
import type { Sites } from '../site/sites.js';
import { UserList } from './user-list.js';
import type { User, UserFilter, UserSort } from './user-list.js';

const longestSearch = 200;

export interface UserSession {
  readonly session: Session;
  readonly endsAt: Date;
}

/** Everybody's accounts, as those see them who may administer users. */
export class Users {
  readonly #list: UserList;

  constructor(
    private readonly kernel: Kernel,
    private readonly sites: Sites,
  ) {
    this.#list = new UserList(kernel.database);
  }

  /** @throws BAD_USER_INPUT for `first`, `after` or `search` */
  async list(
    viewer: Viewer,
    filter: UserFilter,
    order: { first: number; after?: string | null; sort: UserSort },
  ): Promise<Page<User>> {
    requirePermission(viewer, 'admin.users');
    return this.#list.page(clean(filter), { ...order, first: checkFirst(order.first) });
  }

  async count(viewer: Viewer, filter: UserFilter): Promise<number> {
    requirePermission(viewer, 'admin.users');
    return this.#list.count(clean(filter));
  }

  /** By exactly one of the two. @throws BAD_USER_INPUT */
  async find(
    viewer: Viewer,
    by: { id?: string | null; username?: string | null },
  ): Promise<User | null> {
    requirePermission(viewer, 'admin.users');
    const { id, username } = by;
    if ((id == null) === (username == null)) {
      refuse('BAD_USER_INPUT', 'Ask by id or by username, not by both.', { field: 'id' });
    }
    if (id == null) {
      const text = cleanText(username!, { field: 'username', max: 320 });
      return this.#list.find({ username: text.toLowerCase() });
    }
    if (!isId(id)) refuse('BAD_USER_INPUT', 'This is not a user’s id.', { field: 'id' });
    return this.#list.find({ id });
  }

  /** Sessions that have not ended, the latest active first, in the order of the ids. */
  async sessionsOf(viewer: Viewer, accountIds: readonly string[]): Promise<UserSession[][]> {
    requirePermission(viewer, 'admin.users');
    const site = await this.sites.get();
    const now = this.kernel.clock.now();
    const rows = await this.kernel.database.em.find(
      Session,
      { accountId: { $in: [...accountIds] } },
      { orderBy: { lastActiveAt: 'desc' } },
    );
    const open = rows
      .map((session) => ({ session, endsAt: endOf(session, site) }))
      .filter(({ endsAt }) => endsAt > now);
    const byAccount = Map.groupBy(open, ({ session }) => session.accountId);
    return accountIds.map((id) => byAccount.get(id) ?? []);
  }
}

function clean(filter: UserFilter): UserFilter {
  const { search } = filter;
  if (search == null) return filter;
  return { ...filter, search: cleanText(search, { field: 'search', max: longestSearch }) };
}
