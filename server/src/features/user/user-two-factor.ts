import { refuse } from '../../kernel/errors.js';
import type { Kernel } from '../../kernel/feature.js';
import { requireConfirmed, requirePermission } from '../../kernel/viewer.js';
import type { Viewer } from '../../kernel/viewer.js';
import type { Activities } from '../activity/activities.js';
import { requireToGrant } from '../permission/permissions.js';
import type { Sessions } from '../session/sessions.js';
import type { TotpEnrolments } from '../totp/totp-enrolments.js';
import type { User } from './user-list.js';
import type { Users } from './users.js';

/** For somebody who lost both the authenticator and the recovery codes: an administrator lets him in by his password. */
export class UserTwoFactor {
  constructor(
    private readonly kernel: Kernel,
    private readonly users: Users,
    private readonly enrolments: TotpEnrolments,
    private readonly sessions: Sessions,
    private readonly activities: Activities,
  ) {}

  /** Ends all sessions of the user. @throws FORBIDDEN, NOT_FOUND field `id`, CONFLICT when it is off */
  async disable(viewer: Viewer, id: string): Promise<User> {
    requirePermission(viewer, 'admin.users');
    const { database, clock } = this.kernel;
    requireConfirmed(viewer, clock.now());
    const user = await this.users.find(viewer, { id });
    if (!user) refuse('NOT_FOUND', 'There is no such account.', { field: 'id' });
    if (id === viewer.accountId) {
      refuse('FORBIDDEN', 'Change your own second factor on your own pages.', { field: 'id' });
    }
    requireToGrant(viewer, user.permissions, 'id');
    await database.transaction(async () => {
      if (!(await this.enrolments.remove(viewer, id))) {
        refuse('CONFLICT', 'Two-factor authentication of this account is off.', { field: 'id' });
      }
      const ended = await this.sessions.endAll(id, null);
      if (ended > 0) await this.activities.record(viewer, id, 'session.ended', { ended });
      await this.sessions.renewConfirmation(viewer);
    });
    return { ...user, totpEnabled: false };
  }
}
