import { hashSecret } from '../../kernel/crypto/token.js';
import { Refusal, refuse } from '../../kernel/errors.js';
import type { Kernel } from '../../kernel/feature.js';
import { newId } from '../../kernel/id.js';
import { requireRoom } from '../../kernel/mail-limits.js';
import type { MailLimits } from '../../kernel/mail-limits.js';
import { parseTimeZone, parseUsername } from '../../kernel/text-input.js';
import { anonymous } from '../../kernel/viewer.js';
import type { Locale, Viewer } from '../../kernel/viewer.js';
import type { Account } from '../account/account.entity.js';
import { requireEmail } from '../account/accounts.js';
import type { Accounts, NewAccount } from '../account/accounts.js';
import type { UsernameRule } from '../account/usernames.js';
import type { Invites } from '../invite/invites.js';
import type { Passwords } from '../password/passwords.js';
import type { Sites } from '../site/sites.js';
import { mailRegistration } from './registration-jobs.js';

const waitingHours = 48;

export interface NewRegistration {
  readonly username: string;
  readonly email: string;
  readonly password: string;
  readonly invite?: string | null;
  readonly locale?: Locale | null;
  readonly timeZone?: string | null;
}

/** What was typed, checked. */
interface Wanted {
  readonly username: string;
  readonly email: { readonly display: string; readonly canonical: string };
  readonly locale: Locale;
  readonly timeZone: string;
  readonly passwordHash: string;
}

interface Waiting {
  readonly id: string;
  readonly username: string;
  readonly email: string;
  readonly email_canonical: string;
  readonly password_hash: string;
  readonly locale: Locale;
  readonly time_zone: string;
}

/**
 * How a stranger gets an account. It waits 48 hours for the mailed link to be followed, and until
 * then only its username is reserved: many may wait for one address, whoever follows his link gets
 * it, and what the others typed is gone. A taken address waits just the same and gets no link.
 */
export class Registrations implements UsernameRule {
  constructor(
    private readonly kernel: Kernel,
    private readonly sites: Sites,
    private readonly accounts: Accounts,
    private readonly passwords: Passwords,
    private readonly invites: Invites,
    private readonly limits: MailLimits,
  ) {}

  /** @throws FORBIDDEN, INVALID_TOKEN, BAD_USER_INPUT, TAKEN, WEAK_PASSWORD with the field; RATE_LIMITED */
  async register(viewer: Viewer, input: NewRegistration): Promise<void> {
    // Whoever is signed in registers as a stranger: an administrator's rights are not for this.
    const stranger = { ...anonymous(viewer.origin), name: input.username };
    await this.#requireOpen(input.invite);
    const wanted = await this.#check(stranger, input);
    if (input.invite == null) await this.#wait(wanted);
    else await this.#redeem(stranger, wanted, input.invite);
  }

  /** Makes the account. @returns whether the token is a registration's. @throws CONFLICT, INVALID_TOKEN */
  async verify(viewer: Viewer, token: string): Promise<boolean> {
    const { database, clock } = this.kernel;
    const now = clock.now();
    const hash = hashSecret(token);
    const [found] = await database.query<Waiting>(
      'select * from registration where token_hash = $1 and expires_at > $2',
      [hash, now],
    );
    if (!found) return false;
    // Two that were sent to the same mailbox would wait for each other in a circle.
    await database.query('select pg_advisory_xact_lock(hashtextextended($1, 0))', [
      `registration:${found.email_canonical}`,
    ]);
    const [gone] = await database.query<Waiting>(
      'delete from registration where id = $1 and token_hash = $2 returning *',
      [found.id, hash],
    );
    if (!gone) refuseToken();
    await database.query(
      'delete from registration where email_canonical = $1 and expires_at > $2',
      [gone.email_canonical, now],
    );
    const actor = { ...anonymous(viewer.origin), name: gone.username };
    const account = await this.#create(actor, {
      username: gone.username,
      email: gone.email,
      emailVerified: true,
      locale: gone.locale,
      timeZone: gone.time_zone,
    });
    await this.passwords.adopt(account.id, gone.password_hash);
    return true;
  }

  /** Those that wait for an address, the oldest first: whoever came first is likeliest its owner. */
  async waitingFor(canonical: string, most: number): Promise<string[]> {
    const rows = await this.kernel.database.query<{ id: string }>(
      `select id from registration where email_canonical = $1 and expires_at > $2
       order by created_at, id limit $3`,
      [canonical, this.kernel.clock.now(), most],
    );
    return rows.map(({ id }) => id);
  }

  async isReserved(username: string): Promise<boolean> {
    const rows = await this.kernel.database.query(
      'select 1 from registration where username = $1 and expires_at > $2',
      [username, this.kernel.clock.now()],
    );
    return rows.length > 0;
  }

  async sweep(): Promise<void> {
    await this.kernel.database.query('delete from registration where expires_at <= $1', [
      this.kernel.clock.now(),
    ]);
  }

  async #requireOpen(invite: string | null | undefined): Promise<void> {
    const { registration } = await this.sites.get();
    if (registration === 'CLOSED') refuse('FORBIDDEN', 'Nobody can register on this site.');
    if (registration === 'INVITE_ONLY' && invite == null) {
      refuse('FORBIDDEN', 'Registering needs an invite from an administrator.', {
        field: 'invite',
      });
    }
  }

  async #check(stranger: Viewer, input: NewRegistration): Promise<Wanted> {
    const invitation = input.invite == null ? null : await this.invites.find(input.invite);
    const username = parseUsername(input.username);
    const email = requireEmail(input.email);
    if (invitation && invitation.emailCanonical !== email.canonical) {
      refuse('BAD_USER_INPUT', 'The invite is for another address.', { field: 'email' });
    }
    const timeZone = input.timeZone == null ? 'UTC' : parseTimeZone(input.timeZone);
    const who = { username, email: email.display };
    await this.passwords.check(input.password, who, 'password');
    await this.accounts.refuseTakenUsername(stranger, username);
    requireRoom(await this.limits.takeFrom('register', stranger.origin));
    requireRoom(await this.limits.takeFor('register', email.canonical));
    const passwordHash = await this.kernel.hasher.hash(input.password, 'password');
    return { username, email, locale: input.locale ?? 'EN', timeZone, passwordHash };
  }

  /** The same statements whether or not the address has an account: the job finds out. */
  async #wait(wanted: Wanted): Promise<void> {
    const { database, clock, outbox } = this.kernel;
    const now = clock.now();
    const { username, email, passwordHash, locale, timeZone } = wanted;
    await database.transaction(async () => {
      const [row] = await database.query<{ id: string }>(
        `insert into registration (id, username, email, email_canonical, password_hash, locale,
           time_zone, created_at, expires_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
         on conflict (username) do update set id = excluded.id, email = excluded.email,
           email_canonical = excluded.email_canonical, password_hash = excluded.password_hash,
           locale = excluded.locale, time_zone = excluded.time_zone, token_hash = null,
           created_at = excluded.created_at, expires_at = excluded.expires_at
         where registration.expires_at <= excluded.created_at
         returning id`,
        [
          ...[newId(), username, email.display, email.canonical, passwordHash, locale, timeZone],
          ...[now, new Date(now.getTime() + waitingHours * 3_600_000)],
        ],
      );
      if (!row) refuse('TAKEN', 'This username is taken.', { field: 'username' });
      await outbox.add(mailRegistration, { id: row.id });
    });
  }

  /** The invite was mailed to the address, which shows that it is the person's. */
  async #redeem(stranger: Viewer, wanted: Wanted, secret: string): Promise<void> {
    await this.kernel.database.transaction(async () => {
      const { email, role, permissions } = await this.invites.redeem(secret);
      const { username, locale, timeZone, passwordHash } = wanted;
      const account = await this.accounts.create(stranger, {
        ...{ username, email, emailVerified: true, role, permissions, locale, timeZone },
      });
      await this.passwords.adopt(account.id, passwordHash);
      if (role === 'ADMIN') await this.sites.closeSetUp();
    });
  }

  /** Somebody may have got the name or the address while this one waited. */
  async #create(actor: Viewer, input: NewAccount): Promise<Account> {
    try {
      return await this.accounts.create(actor, input);
    } catch (error) {
      if (!(error instanceof Refusal) || error.code !== 'TAKEN') throw error;
      if (error.details.field !== 'username') refuseToken();
      refuse('CONFLICT', 'Somebody got this username meanwhile. Register again with another.');
    }
  }
}

function refuseToken(): never {
  refuse('INVALID_TOKEN', 'This link was used already, is too old, or is not whole.', {
    field: 'token',
  });
}
