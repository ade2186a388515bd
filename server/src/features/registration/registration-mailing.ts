import { newSecret } from '../../kernel/crypto/token.js';
import type { Kernel } from '../../kernel/feature.js';
import type { MailLimits } from '../../kernel/outbox/mail-limits.js';
import type { Accounts } from '../account/accounts.js';
import { addressInUseMail, verifyMail } from './registration-mails.js';
import type { WaitingList } from './waiting-list.js';

/** Writes to the address of a waiting registration. */
export const mailRegistration = { name: 'registration.mail' } as const;

/**
 * The part of a registration that differs for a taken address, as a job, so that neither the answer
 * nor its time tells.
 */
export class RegistrationMailing {
  constructor(
    private readonly kernel: Kernel,
    private readonly waiting: WaitingList,
    private readonly accounts: Accounts,
    private readonly limits: MailLimits,
  ) {}

  /** A new link ends the former one of this registration. */
  async send(id: string): Promise<void> {
    const waiting = await this.waiting.find(id);
    if (!waiting) return;
    const { database, mailer, settings } = this.kernel;
    const { siteName, publicUrl } = settings;
    const { username, email: address, emailCanonical, locale, timeZone, expiresAt } = waiting;
    if (!(await this.limits.maySend('registration', emailCanonical))) return;
    const owner = await this.accounts.findByEmail(emailCanonical);
    if (owner) {
      const link = `${publicUrl}/forgot-password`;
      const to = { username: owner.username, address: owner.email, locale: owner.locale };
      await mailer.queue(addressInUseMail({ siteName, ...to, link }));
      return;
    }
    const secret = newSecret();
    const link = `${publicUrl}/verify-email?token=${secret}`;
    await database.transaction(async () => {
      if (!(await this.waiting.setToken(id, secret))) return;
      await mailer.queue(
        verifyMail({ siteName, username, address, locale, timeZone, expiresAt, link }),
      );
    });
  }
}
