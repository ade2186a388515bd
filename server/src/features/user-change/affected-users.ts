import { refuse } from '../../kernel/errors.js';
import type { Kernel } from '../../kernel/feature.js';
import { isId } from '../../kernel/id.js';
import { requirePermission } from '../../kernel/access/viewer.js';
import type { Viewer } from '../../kernel/access/viewer.js';
import { Account } from '../account/account.entity.js';
import type { Accounts } from '../account/accounts.js';
import type { Administrators } from '../permission/administrators.js';
import { requireToGrant } from '../permission/permissions.js';

export interface Hold {
  /** The address will be changed. */
  readonly email?: boolean;
  /** Locks that everybody takes before the account's own. */
  readonly before?: () => Promise<unknown>;
}

/**
 * Somebody whom an administrator is about to change. Nobody changes himself in this way, nor one who
 * holds a permission that he lacks.
 */
export class AffectedUsers {
  constructor(
    private readonly kernel: Kernel,
    private readonly accounts: Accounts,
    private readonly administrators: Administrators,
  ) {}

  /**
   * The account as it is now, which nobody else changes until the transaction ends.
   * @throws FORBIDDEN, BAD_USER_INPUT or NOT_FOUND field `id`
   */
  async hold(viewer: Viewer, id: string, { email, before }: Hold = {}): Promise<Account> {
    requirePermission(viewer, 'admin.users');
    if (!isId(id)) refuse('BAD_USER_INPUT', 'This is not a user’s id.', { field: 'id' });
    if (id === viewer.accountId) {
      refuse('FORBIDDEN', 'Change your own account on your own pages.', { field: 'id' });
    }
    await this.administrators.hold(viewer, 'admin.users');
    await before?.();
    await this.accounts.hold(id, { email });
    const { em } = this.kernel.database;
    const account = await em.findOne(Account, id, { refresh: true });
    if (!account) refuse('NOT_FOUND', 'There is no such account.', { field: 'id' });
    requireToGrant(viewer, account.permissions, 'id');
    return account;
  }
}
