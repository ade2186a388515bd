import { UniqueConstraintViolationException } from '@mikro-orm/core';
import { parseEmail } from '../../kernel/text/address.js';
import type { Email } from '../../kernel/text/address.js';
import { refuse } from '../../kernel/errors.js';
import type { Kernel } from '../../kernel/feature.js';
import { newId } from '../../kernel/id.js';
import { prepared } from '../../kernel/database/prepared.js';
import { cleanText, parseTimeZone, parseUsername } from '../../kernel/text/text-input.js';
import { requireAccount } from '../../kernel/access/viewer.js';
import type { Locale, Viewer } from '../../kernel/access/viewer.js';
import type { Activities } from '../activity/activities.js';
import { Account } from './account.entity.js';
import type { UpdatePreferencesInput, UpdateProfileInput } from './account.view.js';
import type { Usernames } from './usernames.js';

const mostNameLength = 64;

const byLogin = (column: 'username' | 'email_canonical') =>
  prepared(`select to_jsonb(a) as account from account a where a.${column} = $1`);
const byUsernameSql = byLogin('username');
const byEmailSql = byLogin('email_canonical');
const hold = (strength: string) => prepared(`select 1 from account where id = $1 for ${strength}`);
const holdSql = hold('no key update');
const holdEmailSql = hold('update');

/** How two ways to write the same username or address become one. */
export function canonicalLogin(text: string): string {
  const trimmed = text.trim();
  return parseEmail(trimmed)?.canonical ?? trimmed.toLowerCase();
}

export interface NewAccount {
  username: string;
  email: string;
  emailVerified?: boolean;
  role?: 'USER' | 'ADMIN';
  permissions?: string[];
  locale?: Locale;
  timeZone?: string;
}

/**
 * Who there is. Usernames and canonical addresses are unique in the database itself, so that two
 * who come at once cannot both get one.
 */
export class Accounts {
  constructor(
    private readonly kernel: Kernel,
    private readonly activities: Activities,
    private readonly usernames: Usernames,
  ) {}

  find(id: string): Promise<Account | null> {
    return this.kernel.database.em.findOne(Account, id);
  }

  /** For who was there a moment ago. @throws UNAUTHENTICATED when the account was deleted meanwhile */
  async get(id: string): Promise<Account> {
    const account = await this.find(id);
    return account ?? refuse('UNAUTHENTICATED', 'This account does not exist any more.');
  }

  /** By username or e-mail address, in any case. @param login free of NUL, which PostgreSQL refuses */
  async findByLogin(login: string): Promise<Account | null> {
    const { database } = this.kernel;
    const text = canonicalLogin(login);
    // By hand, as everybody who signs in comes through here and the statement is planned only once.
    const sql = text.includes('@') ? byEmailSql : byUsernameSql;
    const [row] = await database.query<{ account: object }>(sql, [text]);
    return row ? database.em.map(Account, row.account as never) : null;
  }

  /** @throws BAD_USER_INPUT for what is no text */
  findByUsername(username: string): Promise<Account | null> {
    const text = cleanText(username, { field: 'username', max: 320 }).toLowerCase();
    return this.kernel.database.em.findOne(Account, { username: text });
  }

  /** @throws BAD_USER_INPUT or TAKEN with the field. Belongs into a transaction of the caller. */
  async create(viewer: Viewer, input: NewAccount): Promise<Account> {
    const { database, clock } = this.kernel;
    const username = parseUsername(input.username);
    const email = requireEmail(input.email);
    await this.refuseTakenUsername(viewer, username);
    if (await this.findByEmail(email.canonical)) refuseTaken('email');
    const account = database.em.create(Account, {
      id: newId(),
      username,
      email: email.display,
      emailCanonical: email.canonical,
      emailVerified: input.emailVerified ?? false,
      role: input.role ?? 'USER',
      permissions: input.permissions ?? [],
      locale: input.locale ?? 'EN',
      timeZone: input.timeZone ?? 'UTC',
      createdAt: clock.now(),
    });
    database.em.persist(account);
    await this.#flushUnique();
    await this.activities.record(viewer, account.id, 'account.created', { username });
    return account;
  }

  async updateProfile(viewer: Viewer, input: UpdateProfileInput): Promise<Account> {
    requireAccount(viewer);
    const account = await this.get(viewer.accountId);
    if (input.displayName !== undefined) {
      const name =
        input.displayName === null || input.displayName.trim() === ''
          ? null
          : cleanText(input.displayName, { field: 'displayName', min: 1, max: mostNameLength });
      account.displayName = name;
    }
    await this.kernel.database.em.flush();
    return account;
  }

  async updatePreferences(viewer: Viewer, input: UpdatePreferencesInput): Promise<Account> {
    requireAccount(viewer);
    const account = await this.get(viewer.accountId);
    for (const field of ['locale', 'timeZone'] as const) {
      if (input[field] === null) refuse('BAD_USER_INPUT', `${field} cannot be empty.`, { field });
    }
    // Checked before anything is set: what stands in the entity is written with the next change.
    const timeZone = input.timeZone == null ? account.timeZone : parseTimeZone(input.timeZone);
    account.locale = input.locale ?? account.locale;
    account.timeZone = timeZone;
    await this.kernel.database.em.flush();
    return account;
  }

  /**
   * A kinder and cheaper no than the constraint's, which still decides between two at once.
   * @throws TAKEN field `username`
   */
  async refuseTakenUsername(viewer: Viewer, username: string): Promise<void> {
    if (await this.kernel.database.em.findOne(Account, { username })) refuseTaken('username');
    await this.usernames.refuseReserved(viewer, username);
  }

  findByEmail(canonical: string): Promise<Account | null> {
    return this.kernel.database.em.findOne(Account, { emailCanonical: canonical });
  }

  /**
   * Those who change one account one after the other, until the transaction ends.
   * @param options `email`: it will be changed. A lock that had to grow later could wait for somebody
   * who waits for it, since every row that refers to the account holds it a little.
   */
  async hold(id: string, options: { email?: boolean } = {}): Promise<void> {
    await this.kernel.database.query(options.email ? holdEmailSql : holdSql, [id]);
  }

  /** To an address that was shown to be the person's; `hold` comes first. @throws TAKEN field `email` */
  async changeEmail(account: Account, email: Email): Promise<void> {
    account.email = email.display;
    account.emailCanonical = email.canonical;
    account.emailVerified = true;
    await this.#flushUnique();
  }

  async #flushUnique(): Promise<void> {
    try {
      await this.kernel.database.em.flush();
    } catch (error) {
      if (!(error instanceof UniqueConstraintViolationException)) throw error;
      refuseTaken(/username/.test(error.message) ? 'username' : 'email');
    }
  }
}

function refuseTaken(field: 'username' | 'email'): never {
  refuse('TAKEN', `This ${field === 'email' ? 'e-mail address' : 'username'} is taken.`, { field });
}

/** @throws BAD_USER_INPUT field `email` */
export function requireEmail(text: string): Email {
  return (
    parseEmail(text) ??
    refuse('BAD_USER_INPUT', 'This is not an e-mail address, such as ada@example.org.', {
      field: 'email',
    })
  );
}
