import { credentialsChanged } from '../../kernel/access/credential.js';
import type { Kernel } from '../../kernel/feature.js';
import { requireConfirmed, requirePermission } from '../../kernel/access/viewer.js';
import type { Viewer } from '../../kernel/access/viewer.js';
import type { Activities } from '../activity/activities.js';
import type { Administrators } from '../permission/administrators.js';
import type { Sessions } from '../session/sessions.js';
import { Site } from '../site/site.entity.js';
import type { Sites } from '../site/sites.js';
import { checkPolicy, policyOf } from './policy-rules.js';
import type { PolicyChange, PolicyValues } from './policy-rules.js';

/** Whose change can end a session, or what one may do. */
const touchesSessions = new Set<string>([
  'sessionIdleDays',
  'sessionDays',
  'requireTwoFactorForAdmins',
]);

/**
 * What holds for the whole site. Every request reads it from its one row, so a change is in force at
 * once on every server; sockets that are open hear of it.
 */
export class Policies {
  constructor(
    private readonly kernel: Kernel,
    private readonly sites: Sites,
    private readonly administrators: Administrators,
    private readonly sessions: Sessions,
    private readonly activities: Activities,
  ) {}

  async get(viewer: Viewer): Promise<PolicyValues> {
    requirePermission(viewer, 'admin.policy');
    return policyOf(await this.sites.get());
  }

  /**
   * All of it or nothing. What it can weaken is how everybody signs in, so it asks who is there.
   * @throws FORBIDDEN, IDENTITY_CONFIRMATION_REQUIRED; BAD_USER_INPUT with the field
   */
  async update(viewer: Viewer, change: PolicyChange): Promise<PolicyValues> {
    requirePermission(viewer, 'admin.policy');
    const { database, live, clock } = this.kernel;
    requireConfirmed(viewer, clock.now());
    const wanted = checkPolicy(change);
    return database.transaction(async () => {
      await this.administrators.hold(viewer, 'admin.policy');
      const site = await database.em.findOneOrFail(Site, 1, { refresh: true });
      const changed = wanted.filter(([key, value]) => site[key] !== value);
      if (changed.length === 0) return policyOf(site);
      const changes = changed.map(([key, to]) => [key, { from: site[key], to }]);
      Object.assign(site, Object.fromEntries(changed));
      await database.em.flush();
      if (changed.some(([key]) => touchesSessions.has(key))) {
        await live.publish(credentialsChanged, { accountId: null });
      }
      const told = { changes: Object.fromEntries(changes) as Record<string, never> };
      await this.activities.record(viewer, viewer.accountId, 'policy.changed', told);
      await this.sessions.renewConfirmation(viewer);
      return policyOf(site);
    });
  }
}
