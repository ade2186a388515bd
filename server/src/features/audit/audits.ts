import { refuse } from '../../kernel/errors.js';
import type { Kernel } from '../../kernel/feature.js';
import { checkFirst } from '../../kernel/page/page.js';
import type { Page } from '../../kernel/page/page.js';
import { limitKey } from '../../kernel/access/rate-limit.js';
import { cleanText } from '../../kernel/text/text-input.js';
import { requireAccount, requirePermission } from '../../kernel/access/viewer.js';
import type { Viewer } from '../../kernel/access/viewer.js';
import { toldSince } from '../activity/retention.js';
import { ActivityList } from './activity-list.js';
import type { ActivityFilter, ActivityRow } from './activity-list.js';

const lookUps = { most: 30, seconds: 600 };
const longest = { kind: 64, search: 200, username: 320, reference: 32 };

export interface ActivityOrder {
  readonly first: number;
  readonly after?: string | null;
}

export interface AllActivityFilter extends ActivityFilter {
  /** What happened to this account. */
  readonly username?: string | null;
}

/** Reading what happened: one's own, and everybody's for who may audit. */
export class Audits {
  readonly #list: ActivityList;

  constructor(private readonly kernel: Kernel) {
    this.#list = new ActivityList(kernel.database);
  }

  /** @throws BAD_USER_INPUT for `first`, `after`, `kind`, `search` or `to` */
  async own(
    viewer: Viewer,
    filter: ActivityFilter,
    order: ActivityOrder,
  ): Promise<Page<ActivityRow>> {
    requireAccount(viewer);
    return this.#list.page(viewer.accountId, clean(filter), this.#checked(order));
  }

  /** The caller's own, however it was typed; null when there is no such. @throws RATE_LIMITED */
  async ownByReference(viewer: Viewer, reference: string): Promise<ActivityRow | null> {
    requireAccount(viewer);
    const text = cleanText(reference, { field: 'reference', max: longest.reference });
    const letters = text
      .toUpperCase()
      .replace(/[^0-9A-Z]/g, '')
      .replace(/O/g, '0');
    const plain = letters.replace(/[IL]/g, '1');
    if (plain.length !== 8) return null;
    await this.#takeLookUp(viewer.accountId);
    return this.#list.byReference(viewer.accountId, `${plain.slice(0, 4)}-${plain.slice(4)}`);
  }

  /** @throws RATE_LIMITED with retryAfter: nobody types so many mails' references */
  async #takeLookUp(accountId: string): Promise<void> {
    const { rateLimits } = this.kernel;
    const taken = await rateLimits.takeWindow(limitKey('reference', accountId), lookUps);
    if (taken.allowed) return;
    const { retryAfter } = taken;
    refuse('RATE_LIMITED', `Too many references. Wait ${retryAfter} seconds.`, { retryAfter });
  }

  /** Everybody's, or what happened to one account. @throws as `own`, FORBIDDEN */
  async all(
    viewer: Viewer,
    filter: AllActivityFilter,
    order: ActivityOrder,
  ): Promise<Page<ActivityRow>> {
    requirePermission(viewer, 'admin.audit');
    const checked = this.#checked(order);
    const accountId = filter.username ? await this.#idOf(filter.username) : null;
    if (filter.username && accountId === null) {
      return { nodes: [], pageInfo: { hasNextPage: false, startCursor: null, endCursor: null } };
    }
    return this.#list.page(accountId, clean(filter), checked);
  }

  async #idOf(username: string): Promise<string | null> {
    const text = cleanText(username, { field: 'username', max: longest.username }).toLowerCase();
    const [row] = await this.kernel.database.query<{ id: string }>(
      'select id from account where username = $1 or email_canonical = $1',
      [text],
    );
    return row?.id ?? null;
  }

  #checked({ first, after }: ActivityOrder) {
    return { first: checkFirst(first), after, since: toldSince(this.kernel.clock.now()) };
  }
}

function clean(filter: ActivityFilter): ActivityFilter {
  const { from, to } = filter;
  if (from && to && to <= from) {
    refuse('BAD_USER_INPUT', 'The end must be later than the beginning.', { field: 'to' });
  }
  return { ...filter, kind: text(filter, 'kind'), search: text(filter, 'search') };
}

function text(filter: ActivityFilter, field: 'kind' | 'search'): string | null {
  const value = filter[field];
  return value == null ? null : cleanText(value, { field, max: longest[field] });
}
