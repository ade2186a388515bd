import { hashSecret, newSecret } from '../../kernel/crypto/token.js';
import { Refusal, refuse } from '../../kernel/errors.js';
import type { Kernel } from '../../kernel/feature.js';
import { Links } from '../../kernel/access/link.js';
import { requireRoom } from '../../kernel/outbox/mail-limits.js';
import type { MailLimits } from '../../kernel/outbox/mail-limits.js';
import { requireAccount, requireConfirmed, requireSession } from '../../kernel/access/viewer.js';
import type { Viewer } from '../../kernel/access/viewer.js';
import type { Account } from '../account/account.entity.js';
import { requireEmail } from '../account/accounts.js';
import type { Accounts } from '../account/accounts.js';
import type { Activities } from '../activity/activities.js';
import { passwordLinks } from '../password/passwords.js';
import type { Sessions } from '../session/sessions.js';
import { changeInUseMail, emailChangeMail } from './email-change-mails.js';
import { firstVerification } from './first-verifications.js';

const waitingHours = 24;

/** Writes to the address that an account is to have. */
export const mailEmailChange = { name: 'email_change.mail' } as const;

interface Row {
  readonly account_id: string;
  readonly email: string;
  readonly email_canonical: string;
}

/**
 * A new primary address. It waits until the link sent there is followed; until then the old one is
 * the only one. A taken address waits just the same and gets no link.
 *
 * Locks in this order everywhere: password, links, account, what waits. Else two of them wait for
 * each other in a circle.
 */
export class EmailChanges {
  readonly #links: Links;

  constructor(
    private readonly kernel: Kernel,
    private readonly accounts: Accounts,
    private readonly sessions: Sessions,
    private readonly activities: Activities,
    private readonly limits: MailLimits,
  ) {
    this.#links = new Links(kernel.database, kernel.clock);
  }

  /** @throws BAD_USER_INPUT field `email`; IDENTITY_CONFIRMATION_REQUIRED; RATE_LIMITED */
  async request(viewer: Viewer, typed: string): Promise<Account> {
    requireSession(viewer);
    const { database, clock, outbox } = this.kernel;
    const now = clock.now();
    requireConfirmed(viewer, now);
    const email = requireEmail(typed);
    const account = await this.accounts.get(viewer.accountId);
    if (account.emailCanonical === email.canonical) {
      refuse('BAD_USER_INPUT', 'This is the address you have.', { field: 'email' });
    }
    requireRoom(await this.limits.takeOwn('email-change', account.id));
    await database.transaction(async () => {
      await this.accounts.hold(account.id);
      await this.sessions.holdConfirmed(viewer);
      // Asked again for the same address, the link that is out stays good until a newer one is.
      await database.query(
        `insert into email_change (account_id, email, email_canonical, expires_at)
         values ($1, $2, $3, $4)
         on conflict (account_id) do update set email = excluded.email,
           email_canonical = excluded.email_canonical, expires_at = excluded.expires_at,
           token_hash = case when email_change.email_canonical = excluded.email_canonical
             and email_change.expires_at > $5 then email_change.token_hash end`,
        [account.id, email.display, email.canonical, later(now), now],
      );
      await outbox.add(mailEmailChange, { accountId: account.id });
      const told = { to: email.display };
      await this.activities.record(viewer, account.id, 'email.change_requested', told);
    });
    return account;
  }

  /** Asks for no step-up: it takes something back. */
  async cancel(viewer: Viewer): Promise<Account> {
    requireAccount(viewer);
    await this.kernel.database.transaction(async () => {
      await this.accounts.hold(viewer.accountId);
      if (!(await this.drop(viewer.accountId))) return;
      await this.activities.record(viewer, viewer.accountId, 'email.change_cancelled');
    });
    return this.accounts.get(viewer.accountId);
  }

  /** Ends what waits, in the caller's transaction. @returns whether there was anything */
  async drop(accountId: string): Promise<boolean> {
    const gone = await this.kernel.database.query<{ expires_at: Date }>(
      'delete from email_change where account_id = $1 returning expires_at',
      [accountId],
    );
    return gone.some(({ expires_at }) => expires_at > this.kernel.clock.now());
  }

  async pendingOf(accountId: string): Promise<string | null> {
    const [row] = await this.kernel.database.query<{ email: string }>(
      'select email from email_change where account_id = $1 and expires_at > $2',
      [accountId, this.kernel.clock.now()],
    );
    return row?.email ?? null;
  }

  /** Accounts that are to have an address. */
  async waitingFor(canonical: string, most: number): Promise<string[]> {
    const rows = await this.kernel.database.query<Row>(
      `select account_id from email_change where email_canonical = $1 and expires_at > $2
       order by account_id limit $3`,
      [canonical, this.kernel.clock.now(), most],
    );
    return rows.map((row) => row.account_id);
  }

  /** The part that differs for a taken address, as a job, so that neither answer nor time tells. */
  async mail(accountId: string): Promise<void> {
    const { database, clock, mailer, settings } = this.kernel;
    const [row] = await database.query<Row>(
      'select * from email_change where account_id = $1 and expires_at > $2',
      [accountId, clock.now()],
    );
    if (!row || !(await this.limits.maySend('email-change', row.email_canonical))) return;
    const { siteName, publicUrl } = settings;
    const owner = await this.accounts.findByEmail(row.email_canonical);
    if (owner?.id === accountId) return;
    if (owner) {
      await mailer.queue(changeInUseMail({ siteName, owner, link: `${publicUrl}/security` }));
      return;
    }
    const account = await this.accounts.get(accountId);
    const secret = newSecret();
    const expiresAt = later(clock.now());
    await database.transaction(async () => {
      const kept = await database.query(
        `update email_change set token_hash = $3, expires_at = $4
         where account_id = $1 and email_canonical = $2 returning account_id`,
        [accountId, row.email_canonical, hashSecret(secret), expiresAt],
      );
      if (kept.length === 0) return;
      const link = `${publicUrl}/verify-email?token=${secret}`;
      const address = row.email;
      await mailer.queue(emailChangeMail({ siteName, account, address, link, expiresAt }));
    });
  }

  /** In the caller's transaction. @returns whether the token is an e-mail change's. @throws CONFLICT, INVALID_TOKEN */
  async confirm(viewer: Viewer, token: string): Promise<boolean> {
    const { database, clock } = this.kernel;
    const [hash, now] = [hashSecret(token), clock.now()];
    const [found] = await database.query<Row>(
      'select account_id from email_change where token_hash = $1 and expires_at > $2',
      [hash, now],
    );
    if (!found) return false;
    const accountId = found.account_id;
    for (const purpose of [...passwordLinks, firstVerification]) {
      await this.#links.revoke(purpose, accountId);
    }
    await this.accounts.hold(accountId, { email: true });
    const [gone] = await database.query<Row>(
      'delete from email_change where token_hash = $1 and expires_at > $2 returning *',
      [hash, now],
    );
    if (!gone) refuse('INVALID_TOKEN', 'This link was used already.', { field: 'token' });
    const account = await this.accounts.get(accountId);
    const old = account.email;
    await this.#change(account, { display: gone.email, canonical: gone.email_canonical });
    const actor = { ...viewer, name: account.username };
    await this.activities.record(actor, accountId, 'email.changed', { old, new: gone.email });
    return true;
  }

  async sweep(): Promise<void> {
    await this.kernel.database.query('delete from email_change where expires_at <= $1', [
      this.kernel.clock.now(),
    ]);
  }

  async #change(account: Account, email: { display: string; canonical: string }): Promise<void> {
    try {
      await this.accounts.changeEmail(account, email);
    } catch (error) {
      if (!(error instanceof Refusal) || error.code !== 'TAKEN') throw error;
      refuse('CONFLICT', 'Another account got this address meanwhile.', { field: 'token' });
    }
  }
}

const later = (from: Date) => new Date(from.getTime() + waitingHours * 3_600_000);
