import type { Email } from '../../kernel/text/address.js';
import { refuse } from '../../kernel/errors.js';
import type { Kernel } from '../../kernel/feature.js';
import { Links } from '../../kernel/access/link.js';
import type { Viewer } from '../../kernel/access/viewer.js';
import type { Account } from '../account/account.entity.js';
import { requireEmail } from '../account/accounts.js';
import type { Accounts } from '../account/accounts.js';
import type { Activities } from '../activity/activities.js';
import type { EmailChanges } from '../email-change/email-changes.js';
import { firstVerification } from '../email-change/first-verifications.js';
import type { FirstVerifications } from '../email-change/first-verifications.js';
import { passwordLinks } from '../password/passwords.js';

/**
 * An address that an administrator gave somebody. Nobody has shown yet that it is his, so it opens
 * no way to a lost password until the link sent there was followed.
 */
export class NewAddresses {
  readonly #links: Links;

  constructor(
    private readonly kernel: Kernel,
    private readonly accounts: Accounts,
    private readonly emailChanges: EmailChanges,
    private readonly verifications: FirstVerifications,
    private readonly activities: Activities,
  ) {
    this.#links = new Links(kernel.database, kernel.clock);
  }

  /** @throws BAD_USER_INPUT field `email` */
  read(text: string | null | undefined): Email | undefined {
    if (text === undefined) return undefined;
    if (text !== null) return requireEmail(text);
    refuse('BAD_USER_INPUT', 'An account needs an e-mail address.', { field: 'email' });
  }

  /** Those that went to the former address. Before the account is locked, as everybody does. */
  async revokeLinks(accountId: string): Promise<void> {
    for (const purpose of [...passwordLinks, firstVerification]) {
      await this.#links.revoke(purpose, accountId);
    }
  }

  /** @throws TAKEN field `email` */
  async set(viewer: Viewer, account: Account, email: Email): Promise<void> {
    const old = account.email;
    if (old === email.display) return;
    await this.accounts.changeEmail(account, email);
    account.emailVerified = false;
    await this.kernel.database.em.flush();
    await this.emailChanges.drop(account.id);
    await this.activities.record(viewer, account.id, 'email.changed', { old, new: email.display });
    await this.verifications.send(email.canonical);
  }
}
