import { hashSecret, newSecret } from '../../kernel/crypto/token.js';
import type { Kernel } from '../../kernel/feature.js';
import type { MailLimits } from '../../kernel/mail-limits.js';
import type { Locale } from '../../kernel/viewer.js';
import type { Accounts } from '../account/accounts.js';
import { addressInUseMail, verifyMail } from './registration-mails.js';

/** Writes to the address of a waiting registration. */
export const mailRegistration = { name: 'registration.mail' } as const;

interface Row {
  readonly username: string;
  readonly email: string;
  readonly email_canonical: string;
  readonly locale: Locale;
  readonly time_zone: string;
  readonly expires_at: Date;
}

/**
 * The part of a registration that differs for a taken address, as a job, so that neither the answer
 * nor its time tells.
 */
export class RegistrationMails {
  constructor(
    private readonly kernel: Kernel,
    private readonly accounts: Accounts,
    private readonly limits: MailLimits,
  ) {}

  /** A new link ends the former one of this registration. */
  async send(id: string): Promise<void> {
    const { database, clock, mailer, settings } = this.kernel;
    const [row] = await database.query<Row>(
      'select * from registration where id = $1 and expires_at > $2',
      [id, clock.now()],
    );
    if (!row || !(await this.limits.maySend('registration', row.email_canonical))) return;
    const { siteName, publicUrl } = settings;
    const owner = await this.accounts.findByEmail(row.email_canonical);
    if (owner) {
      await mailer.queue(
        addressInUseMail({
          siteName,
          username: owner.username,
          address: owner.email,
          locale: owner.locale,
          link: `${publicUrl}/forgot-password`,
        }),
      );
      return;
    }
    const secret = newSecret();
    await database.transaction(async () => {
      const kept = await database.query(
        'update registration set token_hash = $2 where id = $1 returning id',
        [id, hashSecret(secret)],
      );
      if (kept.length === 0) return;
      await mailer.queue(
        verifyMail({
          siteName,
          username: row.username,
          address: row.email,
          locale: row.locale,
          timeZone: row.time_zone,
          link: `${publicUrl}/verify-email?token=${secret}`,
          expiresAt: row.expires_at,
        }),
      );
    });
  }
}
