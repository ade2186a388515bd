import { newOneTimePassword } from '../../kernel/crypto/suggest-password.js';
import { refuse } from '../../kernel/errors.js';
import type { Kernel } from '../../kernel/feature.js';
import { requireConfirmed, requirePermission } from '../../kernel/access/viewer.js';
import type { Viewer } from '../../kernel/access/viewer.js';
import type { IpAllowlists } from '../address-rule/ip-allowlists.js';
import type { Activities } from '../activity/activities.js';
import type { Passwords } from '../password/passwords.js';
import type { Sessions } from '../session/sessions.js';
import { passwordPolicyOf } from '../site/sites.js';
import type { Sites } from '../site/sites.js';
import type { TotpEnrolments } from '../totp/totp-enrolments.js';
import type { User } from '../user/user-list.js';
import type { Users } from '../user/users.js';
import type { AffectedUsers } from './affected-users.js';
import type { Endings } from './endings.js';

/** How somebody signs in, put right by an administrator. */
export class UserCredentials {
  constructor(
    private readonly kernel: Kernel,
    private readonly sites: Sites,
    private readonly users: Users,
    private readonly affected: AffectedUsers,
    private readonly endings: Endings,
    private readonly passwords: Passwords,
    private readonly enrolments: TotpEnrolments,
    private readonly allowlists: IpAllowlists,
    private readonly sessions: Sessions,
    private readonly activities: Activities,
  ) {}

  /**
   * A password for one use, good for 72 hours. Ends all that was open, as a reset does.
   * @returns the one that was made up; null when it was given
   * @throws FORBIDDEN, NOT_FOUND field `id`; WEAK_PASSWORD field `password`
   */
  async setPassword(viewer: Viewer, id: string, given: string | null): Promise<string | null> {
    this.#require(viewer);
    const { database } = this.kernel;
    const madeUp = given ?? newOneTimePassword(passwordPolicyOf(await this.sites.get()));
    await database.transaction(async () => {
      // As everybody who changes a password: it, its links, the account.
      await this.affected.hold(viewer, id, { before: () => this.passwords.holdWithLinks(id) });
      await this.passwords.replace(id, madeUp, { oneTime: true });
      const ended = await this.endings.endAll(id);
      await this.activities.record(viewer, id, 'user.password_set', ended);
      await this.sessions.renewConfirmation(viewer);
    });
    return given === null ? madeUp : null;
  }

  /**
   * For somebody who lost both the authenticator and the recovery codes: the password is enough again.
   * @throws FORBIDDEN, NOT_FOUND field `id`, CONFLICT when it is off
   */
  async disableTwoFactor(viewer: Viewer, id: string): Promise<User> {
    this.#require(viewer);
    await this.kernel.database.transaction(async () => {
      await this.affected.hold(viewer, id, { before: () => this.enrolments.hold(id) });
      if (!(await this.enrolments.remove(id))) {
        refuse('CONFLICT', 'Two-factor authentication of this account is off.', { field: 'id' });
      }
      const ended = await this.sessions.endAll(id, null);
      await this.activities.record(viewer, id, 'user.two_factor_disabled', { ended });
      await this.sessions.renewConfirmation(viewer);
    });
    return (await this.users.find(viewer, { id }))!;
  }

  /** For somebody whose own list of addresses shuts him out. Nothing happens where there is none. */
  async clearIpAllowlist(viewer: Viewer, id: string): Promise<User> {
    this.#require(viewer);
    await this.kernel.database.transaction(async () => {
      await this.affected.hold(viewer, id);
      if (!(await this.allowlists.remove(id))) return;
      const ended = await this.sessions.endAll(id, null);
      await this.activities.record(viewer, id, 'user.ip_allowlist_cleared', { ended });
      await this.sessions.renewConfirmation(viewer);
    });
    return (await this.users.find(viewer, { id }))!;
  }

  /** Asks for no step-up: taking a right away must be quick. */
  async endSessions(viewer: Viewer, id: string): Promise<User> {
    requirePermission(viewer, 'admin.users');
    await this.kernel.database.transaction(async () => {
      await this.affected.hold(viewer, id);
      const ended = await this.sessions.endAll(id, null);
      if (ended === 0) return;
      await this.activities.record(viewer, id, 'user.sessions_ended', { ended });
    });
    return (await this.users.find(viewer, { id }))!;
  }

  #require(viewer: Viewer): void {
    requirePermission(viewer, 'admin.users');
    requireConfirmed(viewer, this.kernel.clock.now());
  }
}
