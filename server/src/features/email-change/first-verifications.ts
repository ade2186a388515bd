import type { Kernel } from '../../kernel/feature.js';
import { Links } from '../../kernel/access/link.js';
import type { MailLimits } from '../../kernel/outbox/mail-limits.js';
import type { Viewer } from '../../kernel/access/viewer.js';
import type { Accounts } from '../account/accounts.js';
import type { Activities } from '../activity/activities.js';
import { firstVerificationMail } from './email-change-mails.js';

/** The purpose of its links. They die with a change of the address. */
export const firstVerification = 'verify-email';
const seconds = 24 * 3_600;

/** For accounts that an administrator or the set-up made, whose address nobody has shown to be theirs. */
export class FirstVerifications {
  readonly #links: Links;

  constructor(
    private readonly kernel: Kernel,
    private readonly accounts: Accounts,
    private readonly activities: Activities,
    private readonly limits: MailLimits,
  ) {
    this.#links = new Links(kernel.database, kernel.clock);
  }

  /** Nothing when the address has no account or was verified; for jobs. */
  async send(canonical: string): Promise<void> {
    const account = await this.accounts.findByEmail(canonical);
    if (!account || account.emailVerified) return;
    if (!(await this.limits.maySend('first-verification', account.id))) return;
    const { database, mailer, settings } = this.kernel;
    await database.transaction(async () => {
      const { secret, expiresAt } = await this.#links.issue(
        firstVerification,
        account.id,
        seconds,
        { address: canonical },
      );
      const link = `${settings.publicUrl}/verify-email?token=${secret}`;
      const { siteName } = settings;
      await mailer.queue(firstVerificationMail({ siteName, account, link, expiresAt }));
    });
  }

  /** In the caller's transaction. @returns whether the token is one of these and still fits */
  async confirm(viewer: Viewer, token: string): Promise<boolean> {
    const link = await this.#links.redeem([firstVerification], token);
    if (!link) return false;
    await this.accounts.hold(link.accountId);
    const account = await this.accounts.get(link.accountId);
    if (account.emailCanonical !== link.data['address']) return false;
    account.emailVerified = true;
    await this.kernel.database.em.flush();
    const actor = { ...viewer, name: account.username };
    await this.activities.record(actor, account.id, 'email.verified', { email: account.email });
    return true;
  }
}
