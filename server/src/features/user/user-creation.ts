import { refuse } from '../../kernel/errors.js';
import type { Kernel } from '../../kernel/feature.js';
import { Links } from '../../kernel/access/link.js';
import { cleanText } from '../../kernel/text/text-input.js';
import { requireConfirmed, requirePermission } from '../../kernel/access/viewer.js';
import type { Viewer } from '../../kernel/access/viewer.js';
import type { Account } from '../account/account.entity.js';
import type { Accounts } from '../account/accounts.js';
import type { Passwords } from '../password/passwords.js';
import { allPermissions, checkPermissions, requireToGrant } from '../permission/permissions.js';
import type { Sessions } from '../session/sessions.js';
import type { Sites } from '../site/sites.js';
import type { User } from './user-list.js';
import type { Users } from './users.js';
import { welcomeMail } from './welcome-mail.js';

const welcomeSeconds = 7 * 86_400;
const mostNameLength = 64;

export interface NewUser {
  readonly username: string;
  readonly email: string;
  /** For one use; without it a link to choose one is mailed. */
  readonly password?: string | null;
  readonly role: 'USER' | 'ADMIN';
  /** Of an ADMIN; all of them when left out. */
  readonly permissions?: readonly string[] | null;
  readonly displayName?: string;
}

/** An administrator makes an account for somebody else: all of it, its mail too, or nothing. */
export class UserCreation {
  readonly #links: Links;

  constructor(
    private readonly kernel: Kernel,
    private readonly accounts: Accounts,
    private readonly sessions: Sessions,
    private readonly passwords: Passwords,
    private readonly users: Users,
    private readonly sites: Sites,
  ) {
    this.#links = new Links(kernel.database, kernel.clock);
  }

  /** @throws FORBIDDEN, BAD_USER_INPUT, TAKEN or WEAK_PASSWORD with the field */
  async create(viewer: Viewer, input: NewUser): Promise<User> {
    requirePermission(viewer, 'admin.users');
    const { database, clock } = this.kernel;
    requireConfirmed(viewer, clock.now());
    const permissions = permissionsOf(input);
    requireToGrant(viewer, permissions);
    const maker = viewer.accountId === null ? null : await this.accounts.get(viewer.accountId);
    return database.transaction(async () => {
      const account = await this.accounts.create(viewer, {
        username: input.username,
        email: input.email,
        role: input.role,
        permissions,
        // Nobody asked the browser yet; the likeliest guess is whoever invites.
        locale: maker?.locale,
        timeZone: maker?.timeZone,
      });
      if (input.displayName) {
        const rule = { field: 'displayName', max: mostNameLength };
        account.displayName = cleanText(input.displayName, rule) || null;
        await database.em.flush();
      }
      if (input.password == null) await this.#welcome(account);
      else await this.passwords.set(viewer, account.id, input.password, { oneTime: true });
      if (input.role === 'ADMIN') await this.sites.closeSetUp();
      await this.sessions.renewConfirmation(viewer);
      return (await this.users.find(viewer, { id: account.id }))!;
    });
  }

  async #welcome(account: Account): Promise<void> {
    const { settings, mailer } = this.kernel;
    const { secret, expiresAt } = await this.#links.issue('welcome', account.id, welcomeSeconds);
    await mailer.queue(
      welcomeMail({
        siteName: settings.siteName,
        username: account.username,
        address: account.email,
        link: `${settings.publicUrl}/welcome?token=${secret}`,
        expiresAt,
        locale: account.locale,
        timeZone: account.timeZone,
      }),
    );
  }
}

function permissionsOf({ role, permissions }: NewUser): string[] {
  if (role === 'ADMIN') return checkPermissions(permissions ?? allPermissions);
  if (permissions != null && permissions.length > 0) {
    const message = 'Only an ADMIN holds permissions. Choose the role ADMIN, or leave them out.';
    refuse('BAD_USER_INPUT', message, { field: 'permissions' });
  }
  return [];
}
