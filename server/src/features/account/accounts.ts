import { UniqueConstraintViolationException } from '@mikro-orm/core';
import { parseEmail } from '../../kernel/address.js';
import { refuse } from '../../kernel/errors.js';
import type { Kernel } from '../../kernel/feature.js';
import { newId } from '../../kernel/id.js';
import { cleanText, parseTimeZone, parseUsername } from '../../kernel/text-input.js';
import { requireAccount } from '../../kernel/viewer.js';
import type { Locale, Viewer } from '../../kernel/viewer.js';
import type { Activities } from '../activity/activities.js';
import { Account } from './account.entity.js';
import type { UpdatePreferencesInput, UpdateProfileInput } from './account.view.js';
import { systemUsernames } from './system-usernames.js';

const mostNameLength = 64;

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
  ) {}

  find(id: string): Promise<Account | null> {
    return this.kernel.database.em.findOne(Account, id);
  }

  /** For rows that a foreign key holds. */
  get(id: string): Promise<Account> {
    return this.kernel.database.em.findOneOrFail(Account, id);
  }

  /** By username or e-mail address, in any case. @param login free of NUL, which PostgreSQL refuses */
  findByLogin(login: string): Promise<Account | null> {
    const text = canonicalLogin(login);
    const by = text.includes('@') ? { emailCanonical: text } : { username: text };
    return this.kernel.database.em.findOne(Account, by);
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
    // Names that the machine itself uses would own that folder and those files.
    if (systemUsernames.has(username) && viewer.kind === 'anonymous') {
      refuse('TAKEN', 'This username belongs to the system. Choose another.', {
        field: 'username',
      });
    }
    const email = this.#email(input.email);
    await this.#refuseTaken(username, email.canonical);
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
    try {
      await database.em.persist(account).flush();
    } catch (error) {
      if (!(error instanceof UniqueConstraintViolationException)) throw error;
      const field = /username/.test(error.message) ? 'username' : 'email';
      refuse('TAKEN', `This ${field === 'email' ? 'e-mail address' : 'username'} is taken.`, {
        field,
      });
    }
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

  #email(text: string): { display: string; canonical: string } {
    return (
      parseEmail(text) ??
      refuse('BAD_USER_INPUT', 'This is not an e-mail address, such as ada@example.org.', {
        field: 'email',
      })
    );
  }

  /** A kinder and cheaper no than the constraint's, which still decides between two at once. */
  async #refuseTaken(username: string, canonical: string): Promise<void> {
    const { em } = this.kernel.database;
    if (await em.findOne(Account, { username })) {
      refuse('TAKEN', 'This username is taken.', { field: 'username' });
    }
    if (await em.findOne(Account, { emailCanonical: canonical })) {
      refuse('TAKEN', 'This e-mail address is taken.', { field: 'email' });
    }
  }
}
