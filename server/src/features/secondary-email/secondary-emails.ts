import { hashSecret, newSecret } from '../../kernel/crypto/token.js';
import { refuse } from '../../kernel/errors.js';
import type { Kernel } from '../../kernel/feature.js';
import { Links } from '../../kernel/access/link.js';
import { requireRoom } from '../../kernel/outbox/mail-limits.js';
import type { MailLimits } from '../../kernel/outbox/mail-limits.js';
import { requireConfirmed, requireSession } from '../../kernel/access/viewer.js';
import type { Viewer } from '../../kernel/access/viewer.js';
import { requireEmail } from '../account/accounts.js';
import type { Accounts } from '../account/accounts.js';
import type { Activities } from '../activity/activities.js';
import { passwordLinks } from '../password/passwords.js';
import type { Sessions } from '../session/sessions.js';
import { secondaryMail } from './secondary-mail.js';

const waitingHours = 24;

export interface SecondaryEmail {
  readonly email: string;
  readonly verified: boolean;
  /** What is to replace a verified one. */
  readonly pendingEmail: string | null;
}

interface Row {
  readonly account_id: string;
  readonly email: string | null;
  readonly email_canonical: string | null;
  readonly pending_email: string | null;
  readonly pending_canonical: string | null;
}

/**
 * A second address, for alerts and for a lost password. A verified one stays in force until the link
 * sent to its replacement is followed. Locks as email-change does: links, account, this.
 */
export class SecondaryEmails {
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

  async find(accountId: string): Promise<SecondaryEmail | null> {
    const [row] = await this.kernel.database.query<Row>(
      `select email, case when pending_until > $2 then pending_email end as pending_email
       from secondary_email where account_id = $1`,
      [accountId, this.kernel.clock.now()],
    );
    if (row?.email != null) {
      return { email: row.email, verified: true, pendingEmail: row.pending_email };
    }
    if (row?.pending_email == null) return null;
    return { email: row.pending_email, verified: false, pendingEmail: null };
  }

  /** Accounts that have this as their verified second address. */
  async ownersOf(canonical: string, most: number): Promise<{ accountId: string; email: string }[]> {
    return this.kernel.database.query(
      `select account_id as "accountId", email from secondary_email where email_canonical = $1
       order by account_id limit $2`,
      [canonical, most],
    );
  }

  /** @throws BAD_USER_INPUT field `email`; IDENTITY_CONFIRMATION_REQUIRED; RATE_LIMITED */
  async add(viewer: Viewer, typed: string): Promise<void> {
    requireSession(viewer);
    const { database, clock, mailer, settings } = this.kernel;
    requireConfirmed(viewer, clock.now());
    const email = requireEmail(typed);
    const account = await this.accounts.get(viewer.accountId);
    const present = await this.#row(account.id);
    if ([account.emailCanonical, present?.email_canonical].includes(email.canonical)) {
      refuse('BAD_USER_INPUT', 'This is an address you have already.', { field: 'email' });
    }
    requireRoom(await this.limits.takeOwn('secondary-email', account.id));
    // Whoever has many accounts would fill somebody's mailbox all the same.
    requireRoom(await this.limits.takeTo('secondary-email', email.canonical));
    const secret = newSecret();
    const expiresAt = new Date(clock.now().getTime() + waitingHours * 3_600_000);
    await database.transaction(async () => {
      await this.accounts.hold(account.id);
      await this.sessions.holdConfirmed(viewer);
      await database.query(
        `insert into secondary_email (account_id, pending_email, pending_canonical, pending_hash, pending_until)
         values ($1, $2, $3, $4, $5)
         on conflict (account_id) do update set pending_email = excluded.pending_email,
           pending_canonical = excluded.pending_canonical, pending_hash = excluded.pending_hash,
           pending_until = excluded.pending_until`,
        [account.id, email.display, email.canonical, hashSecret(secret), expiresAt],
      );
      const link = `${settings.publicUrl}/verify-secondary-email?token=${secret}`;
      const { siteName } = settings;
      const address = email.display;
      await mailer.queue(secondaryMail({ siteName, account, address, link, expiresAt }));
      const told = { email: email.display };
      await this.activities.record(viewer, account.id, 'secondary_email.requested', told);
    });
  }

  /** Also without a session: the mail may be read elsewhere. @throws INVALID_TOKEN field `token` */
  async verify(viewer: Viewer, token: string): Promise<void> {
    const { database, clock } = this.kernel;
    const parameters = [hashSecret(token), clock.now()];
    const where = 'pending_hash = $1 and pending_until > $2';
    await database.transaction(async () => {
      const [found] = await database.query<Row>(
        `select account_id from secondary_email where ${where}`,
        parameters,
      );
      if (!found) refuseToken();
      const accountId = found.account_id;
      await this.#endResets(accountId);
      await this.accounts.hold(accountId);
      const former = (await this.#row(accountId))?.email ?? null;
      const [row] = await database.query<Row>(
        `update secondary_email set email = pending_email, email_canonical = pending_canonical,
           pending_email = null, pending_canonical = null, pending_hash = null, pending_until = null
         where ${where} returning *`,
        parameters,
      );
      if (!row) refuseToken();
      const account = await this.accounts.get(accountId);
      const actor = { ...viewer, name: account.username };
      const told = { email: row.email, former };
      await this.activities.record(actor, accountId, 'secondary_email.changed', told);
    });
  }

  /** Also what waits to be verified; nothing when there is none. */
  async remove(viewer: Viewer): Promise<void> {
    requireSession(viewer);
    const { database, clock } = this.kernel;
    requireConfirmed(viewer, clock.now());
    const { accountId } = viewer;
    await database.transaction(async () => {
      await this.#endResets(accountId);
      await this.accounts.hold(accountId);
      await this.sessions.holdConfirmed(viewer);
      const [gone] = await database.query<Row>(
        'delete from secondary_email where account_id = $1 returning *',
        [accountId],
      );
      if (!gone) return;
      const kind = gone.email === null ? 'request_cancelled' : 'removed';
      const told = { email: gone.email ?? gone.pending_email };
      await this.activities.record(viewer, accountId, `secondary_email.${kind}`, told);
    });
  }

  /** Ends what waits and keeps what is verified, in the caller's transaction. */
  dropPending(accountId: string): Promise<void> {
    return this.#drop('account_id = $1', accountId);
  }

  sweep(): Promise<void> {
    return this.#drop('pending_until <= $1', this.kernel.clock.now());
  }

  async #drop(which: string, value: unknown): Promise<void> {
    const { database } = this.kernel;
    await database.query(`delete from secondary_email where ${which} and email is null`, [value]);
    await database.query(
      `update secondary_email set pending_email = null, pending_canonical = null,
         pending_hash = null, pending_until = null
       where ${which} and email is not null and pending_email is not null`,
      [value],
    );
  }

  /** A link that was sent to the address that goes must not outlive it. */
  async #endResets(accountId: string): Promise<void> {
    for (const purpose of passwordLinks) await this.#links.revoke(purpose, accountId);
  }

  async #row(accountId: string): Promise<Row | null> {
    const [row] = await this.kernel.database.query<Row>(
      'select * from secondary_email where account_id = $1',
      [accountId],
    );
    return row ?? null;
  }
}

function refuseToken(): never {
  refuse('INVALID_TOKEN', 'This link was used already, is too old, or is not whole.', {
    field: 'token',
  });
}
