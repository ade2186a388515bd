import { refuse } from '../../kernel/errors.js';
import type { Kernel } from '../../kernel/feature.js';
import { Links } from '../../kernel/access/link.js';
import type { Viewer } from '../../kernel/access/viewer.js';
import type { Accounts } from '../account/accounts.js';
import type { Activities } from '../activity/activities.js';
import type { EmailChanges } from '../email-change/email-changes.js';
import { passwordLinks } from '../password/passwords.js';
import type { Passwords } from '../password/passwords.js';
import type { SecondaryEmails } from '../secondary-email/secondary-emails.js';
import type { OtherCredentials } from '../session/other-credentials.js';
import type { Sessions } from '../session/sessions.js';

/**
 * Choosing a password with a mailed link. The link proves that the address is the person's, works
 * once, and signs nobody in; a refused password leaves it good for another try.
 */
export class Recoveries {
  readonly #links: Links;

  constructor(
    private readonly kernel: Kernel,
    private readonly accounts: Accounts,
    private readonly passwords: Passwords,
    private readonly sessions: Sessions,
    private readonly others: OtherCredentials,
    private readonly activities: Activities,
    private readonly emailChanges: EmailChanges,
    private readonly secondaryEmails: SecondaryEmails,
  ) {
    this.#links = new Links(kernel.database, kernel.clock);
  }

  /** @throws INVALID_TOKEN field `token`, WEAK_PASSWORD field `newPassword` */
  async resetPassword(viewer: Viewer, token: string, newPassword: string): Promise<void> {
    const accountId = await this.kernel.database.transaction(async () => {
      const owner = await this.#links.find(passwordLinks, token);
      if (owner === null) refuseToken();
      // A password change locks in this order; in another the two could wait for each other.
      await this.passwords.hold(owner);
      const link = await this.#links.redeem(passwordLinks, token);
      if (!link) refuseToken();
      const account = await this.accounts.get(link.accountId);
      const actor = { ...viewer, name: account.username };
      await this.passwords.set(actor, account.id, newPassword, {
        oneTime: false,
        field: 'newPassword',
      });
      // A link that went to the second address says nothing about the first.
      if (link.data['to'] !== 'SECONDARY') account.emailVerified = true;
      await this.kernel.database.em.flush();
      const ended = await this.sessions.endAll(account.id, null);
      const others = await this.others.endAll(account.id);
      // Also of none: who is told of a new password expects to be told of this, too.
      await this.activities.record(actor, account.id, 'session.ended', { ended, ...others });
      // Whoever sat in a session may have asked for these, to come back by them.
      await this.emailChanges.drop(account.id);
      await this.secondaryEmails.dropPending(account.id);
      return account.id;
    });
    await this.passwords.forgetTries(accountId, viewer.origin);
  }
}

function refuseToken(): never {
  refuse('INVALID_TOKEN', 'This link was used already, is too old, or is not whole.', {
    field: 'token',
  });
}
