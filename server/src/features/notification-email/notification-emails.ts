import { hashSecret, newSecret } from '../../kernel/crypto/token.js';
import { refuse } from '../../kernel/errors.js';
import type { Kernel } from '../../kernel/feature.js';
import { requireRoom } from '../../kernel/outbox/mail-limits.js';
import type { MailLimits } from '../../kernel/outbox/mail-limits.js';
import { requireAccount } from '../../kernel/access/viewer.js';
import type { AccountViewer, Viewer } from '../../kernel/access/viewer.js';
import { requireEmail } from '../account/accounts.js';
import type { Accounts } from '../account/accounts.js';
import type { Activities } from '../activity/activities.js';
import { notificationEmailMail } from './notification-email-mail.js';

const waitingHours = 24;
/** Null stands for all of them, and lies in the table as ''. */
const categories: readonly string[] = ['', 'quota'];

export interface NotificationEmail {
  readonly email: string;
  readonly verified: boolean;
  /** What is to replace a verified one. */
  readonly pendingEmail: string | null;
  readonly category: string | null;
}

interface Row {
  readonly account_id: string;
  readonly category: string;
  readonly email: string | null;
  readonly pending_email: string | null;
}

/**
 * Where notifications are mailed instead of the account's own address. One in force stays so until
 * the link sent to its replacement is followed.
 */
export class NotificationEmails {
  constructor(
    private readonly kernel: Kernel,
    private readonly accounts: Accounts,
    private readonly activities: Activities,
    private readonly limits: MailLimits,
  ) {}

  async list(accountId: string): Promise<NotificationEmail[]> {
    const rows = await this.kernel.database.query<Row>(
      `select account_id, category, email, case when pending_until > $2 then pending_email end as pending_email
       from notification_email where account_id = $1 order by category`,
      [accountId, this.kernel.clock.now()],
    );
    return rows.flatMap((row): NotificationEmail[] => {
      const category = row.category || null;
      if (row.email !== null) {
        return [{ email: row.email, verified: true, pendingEmail: row.pending_email, category }];
      }
      if (row.pending_email === null) return [];
      return [{ email: row.pending_email, verified: false, pendingEmail: null, category }];
    });
  }

  /**
   * Mails a link; null goes back to the account's own address at once.
   * @throws BAD_USER_INPUT field `email` or `category`; RATE_LIMITED
   */
  async set(viewer: Viewer, typed: string | null, category: string | null): Promise<void> {
    requireAccount(viewer);
    const kind = category ?? '';
    if (category === '' || !categories.includes(kind)) {
      const message = 'Leave the category out for all notifications, or choose quota.';
      refuse('BAD_USER_INPUT', message, { field: 'category' });
    }
    if (typed === null) return this.#remove(viewer, kind);
    const { database, clock, mailer, settings } = this.kernel;
    const email = requireEmail(typed);
    requireRoom(await this.limits.takeOwn('notification-email', viewer.accountId));
    requireRoom(await this.limits.takeTo('notification-email', email.canonical));
    const account = await this.accounts.get(viewer.accountId);
    const secret = newSecret();
    const expiresAt = new Date(clock.now().getTime() + waitingHours * 3_600_000);
    await database.transaction(async () => {
      // Who locks the account down drops what waits, and must not miss this.
      await this.accounts.hold(account.id);
      await database.query(
        `insert into notification_email (account_id, category, pending_email, pending_hash, pending_until)
         values ($1, $2, $3, $4, $5)
         on conflict (account_id, category) do update set pending_email = excluded.pending_email,
           pending_hash = excluded.pending_hash, pending_until = excluded.pending_until`,
        [account.id, kind, email.display, hashSecret(secret), expiresAt],
      );
      const link = `${settings.publicUrl}/verify-notification-email?token=${secret}`;
      const { siteName } = settings;
      const address = email.display;
      await mailer.queue(notificationEmailMail({ siteName, account, address, link, expiresAt }));
      const told = { email: email.display, category };
      await this.activities.record(viewer, account.id, 'notification_email.requested', told);
    });
  }

  /** Also without a session: the mail may be read elsewhere. @throws INVALID_TOKEN field `token` */
  async verify(viewer: Viewer, token: string): Promise<void> {
    const { database, clock } = this.kernel;
    await database.transaction(async () => {
      const [row] = await database.query<Row & { username: string; former: string | null }>(
        `with found as (
           select n.account_id, n.category, n.email as former from notification_email n
           where n.pending_hash = $1 and n.pending_until > $2 for update
         )
         update notification_email n set email = n.pending_email, pending_email = null,
           pending_hash = null, pending_until = null
         from found, account a
         where n.account_id = found.account_id and n.category = found.category and a.id = n.account_id
           and a.disabled_at is null and n.pending_hash = $1
         returning n.account_id, n.category, n.email, n.pending_email, a.username, found.former`,
        [hashSecret(token), clock.now()],
      );
      if (!row) {
        refuse('INVALID_TOKEN', 'This link was used already, is too old, or is not whole.', {
          field: 'token',
        });
      }
      const told = { email: row.email, former: row.former, category: row.category || null };
      const actor = { ...viewer, name: row.username };
      await this.activities.record(actor, row.account_id, 'notification_email.changed', told);
    });
  }

  /** Whoever was in may have asked for these, to read along. @returns how many waited */
  async dropPending(accountId: string): Promise<number> {
    const { database } = this.kernel;
    const never = await database.query(
      'delete from notification_email where account_id = $1 and email is null returning 1',
      [accountId],
    );
    const replacing = await database.query(
      `update notification_email set pending_email = null, pending_hash = null, pending_until = null
       where account_id = $1 and email is not null and pending_hash is not null returning 1`,
      [accountId],
    );
    return never.length + replacing.length;
  }

  /** Takes away what waited too long and never was in force. */
  async sweep(): Promise<void> {
    const { database, clock } = this.kernel;
    const now = clock.now();
    await database.query(
      'delete from notification_email where pending_until <= $1 and email is null',
      [now],
    );
    await database.query(
      `update notification_email set pending_email = null, pending_hash = null, pending_until = null
       where pending_until <= $1`,
      [now],
    );
  }

  async #remove(viewer: AccountViewer, kind: string): Promise<void> {
    const { database } = this.kernel;
    await database.transaction(async () => {
      const [gone] = await database.query<Row>(
        'delete from notification_email where account_id = $1 and category = $2 returning *',
        [viewer.accountId, kind],
      );
      if (!gone || gone.email === null) return;
      const told = { email: null, former: gone.email, category: kind || null };
      await this.activities.record(viewer, viewer.accountId, 'notification_email.changed', told);
    });
  }
}
