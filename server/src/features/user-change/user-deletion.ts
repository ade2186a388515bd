import type { Kernel } from '../../kernel/feature.js';
import { requireConfirmed, requirePermission } from '../../kernel/access/viewer.js';
import type { Viewer } from '../../kernel/access/viewer.js';
import type { Activities } from '../activity/activities.js';
import type { Erasure } from '../closure/erasure.js';
import type { Administrators } from '../permission/administrators.js';
import type { Sessions } from '../session/sessions.js';
import type { AffectedUsers } from './affected-users.js';

/** An account that an administrator removes: at once, since nobody waits for him to come back. */
export class UserDeletion {
  constructor(
    private readonly kernel: Kernel,
    private readonly affected: AffectedUsers,
    private readonly administrators: Administrators,
    private readonly sessions: Sessions,
    private readonly activities: Activities,
    private readonly erasure: Erasure,
  ) {}

  /** @throws FORBIDDEN, NOT_FOUND field `id`; WOULD_LOCK_OUT */
  async delete(viewer: Viewer, id: string): Promise<void> {
    requirePermission(viewer, 'admin.users');
    const { database, clock } = this.kernel;
    requireConfirmed(viewer, clock.now());
    await database.transaction(async () => {
      const account = await this.affected.hold(viewer, id, { before: () => this.erasure.hold(id) });
      await this.administrators.requireAnother(id);
      const ended = await this.sessions.endAll(id, null);
      const told = { username: account.username, ended };
      await this.activities.record(viewer, id, 'user.deleted', told);
      await this.erasure.erase(account);
      await this.sessions.renewConfirmation(viewer);
    });
  }
}
