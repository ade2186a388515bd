import { Refusal, refuse } from '../../kernel/errors.js';
import type { Kernel } from '../../kernel/feature.js';
import { requireRoom } from '../../kernel/outbox/mail-limits.js';
import type { MailLimits } from '../../kernel/outbox/mail-limits.js';
import { parseTimeZone, parseUsername } from '../../kernel/text/text-input.js';
import { anonymous } from '../../kernel/access/viewer.js';
import type { Locale, Viewer } from '../../kernel/access/viewer.js';
import type { Account } from '../account/account.entity.js';
import { requireEmail } from '../account/accounts.js';
import type { Accounts, NewAccount } from '../account/accounts.js';
import type { Invites } from '../invite/invites.js';
import type { Passwords } from '../password/passwords.js';
import type { Sites } from '../site/sites.js';
import { mailRegistration } from './registration-mailing.js';
import type { Waiting, WaitingList } from './waiting-list.js';

export interface NewRegistration {
  readonly username: string;
  readonly email: string;
  readonly password: string;
  readonly invite?: string | null;
  readonly locale?: Locale | null;
  readonly timeZone?: string | null;
}

/** What was typed, checked. */
interface Wanted extends Omit<Waiting, 'id' | 'expiresAt'> {
  /** Of the same person's registration that waits under this username: this one takes its place. */
  readonly formerHash: string | null;
}

/**
 * How a stranger gets an account. It waits for the mailed link to be followed, and until then only
 * its username is reserved: many may wait for one address, whoever follows his link gets it, and
 * what the others typed is gone. A taken address waits just the same and gets no link.
 */
export class Registrations {
  constructor(
    private readonly kernel: Kernel,
    private readonly waiting: WaitingList,
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

  /** In the caller's transaction. @returns whether the token is a registration's. @throws CONFLICT, INVALID_TOKEN */
  async verify(viewer: Viewer, token: string): Promise<boolean> {
    const found = await this.waiting.findByToken(token);
    if (!found) return false;
    const taken = (await this.waiting.take(found, token)) ?? refuseToken();
    const { username, email, locale, timeZone } = taken;
    const actor = { ...anonymous(viewer.origin), name: username };
    const account = await this.#create(actor, {
      ...{ username, email, emailVerified: true, locale, timeZone },
    });
    await this.passwords.adopt(account.id, taken.passwordHash);
    return true;
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
    const { display: email, canonical: emailCanonical } = requireEmail(input.email);
    if (invitation && invitation.emailCanonical !== emailCanonical) {
      refuse('BAD_USER_INPUT', 'The invite is for another address.', { field: 'email' });
    }
    const timeZone = input.timeZone == null ? 'UTC' : parseTimeZone(input.timeZone);
    await this.passwords.check(input.password, { username, email }, 'password');
    const formerHash = await this.#formerHash(username, input.password);
    if (formerHash === null) await this.accounts.refuseTakenUsername(stranger, username);
    requireRoom(await this.limits.takeFrom('register', stranger.origin));
    requireRoom(await this.limits.takeFor('register', emailCanonical));
    const passwordHash = await this.kernel.hasher.hash(input.password, 'password');
    const locale = input.locale ?? 'EN';
    return { username, email, emailCanonical, locale, timeZone, passwordHash, formerHash };
  }

  /** Few tries for each username: it must not tell what password somebody waits with. */
  async #formerHash(username: string, password: string): Promise<string | null> {
    const hash = await this.waiting.passwordHashOf(username);
    if (hash === null || !(await this.limits.maySend('register-again', username))) return null;
    const { ok } = await this.kernel.hasher.verify(hash, password);
    return ok ? hash : null;
  }

  /** The same statements whether or not the address has an account: the job finds out. */
  async #wait(wanted: Wanted): Promise<void> {
    const { database, outbox } = this.kernel;
    await database.transaction(async () => {
      const { formerHash, ...waiting } = wanted;
      const id = await this.waiting.add(waiting, formerHash);
      if (!id) refuse('TAKEN', 'This username is taken.', { field: 'username' });
      await outbox.add(mailRegistration, { id });
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
