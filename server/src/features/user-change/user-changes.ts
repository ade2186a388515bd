import { credentialsChanged } from '../../kernel/access/credential.js';
import { refuse } from '../../kernel/errors.js';
import type { Kernel } from '../../kernel/feature.js';
import { cleanText } from '../../kernel/text/text-input.js';
import { requireConfirmed, requirePermission } from '../../kernel/access/viewer.js';
import type { Viewer } from '../../kernel/access/viewer.js';
import type { Account } from '../account/account.entity.js';
import type { Activities } from '../activity/activities.js';
import type { Administrators } from '../permission/administrators.js';
import type { Sessions } from '../session/sessions.js';
import type { User } from '../user/user-list.js';
import type { Users } from '../user/users.js';
import type { AffectedUsers } from './affected-users.js';
import type { Endings } from './endings.js';
import type { NewAddresses } from './new-addresses.js';
import { rightsAfter, rightsChange } from './rights.js';

const mostNameLength = 64;

/** What is left out stays; null clears, where something can be cleared. */
export interface UserChange {
  readonly email?: string | null;
  readonly displayName?: string | null;
  readonly role?: 'USER' | 'ADMIN' | null;
  readonly permissions?: readonly string[] | null;
  readonly disabled?: boolean | null;
}

/** What an administrator changes of somebody: all of it or nothing, each in the log by its own name. */
export class UserChanges {
  constructor(
    private readonly kernel: Kernel,
    private readonly users: Users,
    private readonly affected: AffectedUsers,
    private readonly administrators: Administrators,
    private readonly addresses: NewAddresses,
    private readonly endings: Endings,
    private readonly sessions: Sessions,
    private readonly activities: Activities,
  ) {}

  /** @throws FORBIDDEN, NOT_FOUND, BAD_USER_INPUT, TAKEN with the field; WOULD_LOCK_OUT */
  async update(viewer: Viewer, id: string, change: UserChange): Promise<User> {
    requirePermission(viewer, 'admin.users');
    const { database, clock } = this.kernel;
    requireConfirmed(viewer, clock.now());
    const newAddress = this.addresses.read(change.email);
    await database.transaction(async () => {
      const account = await this.affected.hold(viewer, id, {
        email: newAddress !== undefined,
        before: async () => newAddress && (await this.addresses.revokeLinks(id)),
      });
      await this.#setName(viewer, account, change.displayName);
      await this.#setRights(viewer, account, change);
      await this.#setDisabled(viewer, account, change.disabled);
      if (newAddress) await this.addresses.set(viewer, account, newAddress);
      await database.em.flush();
      await this.sessions.renewConfirmation(viewer);
    });
    return (await this.users.find(viewer, { id }))!;
  }

  async #setName(viewer: Viewer, account: Account, name: string | null | undefined): Promise<void> {
    if (name === undefined) return;
    const rule = { field: 'displayName', max: mostNameLength };
    const to = (name && cleanText(name, rule)) || null;
    const from = account.displayName ?? null;
    if (to === from) return;
    account.displayName = to;
    const changes = { displayName: { from, to } };
    await this.activities.record(viewer, account.id, 'user.updated', { changes });
  }

  async #setRights(viewer: Viewer, account: Account, change: UserChange): Promise<void> {
    const { role, permissions } = change;
    if (role === undefined && permissions === undefined) return;
    const after = rightsAfter(viewer, account, { role, permissions });
    const told = rightsChange(account, after);
    if (!told) return;
    if (!after.permissions.includes('admin.users')) {
      await this.administrators.requireAnother(account.id);
    }
    account.role = after.role;
    account.permissions = after.permissions;
    const { database, live } = this.kernel;
    await database.em.flush();
    await live.publish(credentialsChanged, { accountId: account.id });
    await this.activities.record(viewer, account.id, 'user.permission_changed', told);
  }

  async #setDisabled(
    viewer: Viewer,
    account: Account,
    disabled: boolean | null | undefined,
  ): Promise<void> {
    if (disabled === null) {
      refuse('BAD_USER_INPUT', 'An account is disabled or it is not.', { field: 'disabled' });
    }
    const isDisabled = account.disabledAt != null;
    if (disabled === undefined || disabled === isDisabled) return;
    if (!disabled) {
      account.disabledAt = null;
      await this.activities.record(viewer, account.id, 'user.enabled');
      return;
    }
    await this.administrators.requireAnother(account.id);
    account.disabledAt = this.kernel.clock.now();
    const { database, live } = this.kernel;
    await database.em.flush();
    // Its sockets hear of it also where nothing was there to end.
    await live.publish(credentialsChanged, { accountId: account.id });
    const ended = await this.endings.endAll(account.id);
    await this.activities.record(viewer, account.id, 'user.disabled', ended);
  }
}
