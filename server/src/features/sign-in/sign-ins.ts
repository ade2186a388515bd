import { refuse } from '../../kernel/errors.js';
import type { Kernel } from '../../kernel/feature.js';
import type { Viewer } from '../../kernel/viewer.js';
import type { Account } from '../account/account.entity.js';
import type { Accounts } from '../account/accounts.js';
import type { Activities } from '../activity/activities.js';
import type { Passwords } from '../password/passwords.js';
import type { OpenedSession, Sessions } from '../session/sessions.js';

export interface SignedIn extends OpenedSession {
  readonly account: Account;
}

/**
 * The first step of signing in. An unknown name, a wrong password and a forbidden account cannot be
 * told apart by answer or by time; only who knows the password learns that the account is disabled.
 */
export class SignIns {
  constructor(
    private readonly kernel: Kernel,
    private readonly accounts: Accounts,
    private readonly passwords: Passwords,
    private readonly sessions: Sessions,
    private readonly activities: Activities,
  ) {}

  async signIn(
    viewer: Viewer,
    input: { login: string; password: string; remember: boolean },
  ): Promise<SignedIn> {
    const account = await this.accounts.findByLogin(input.login);
    if (!(await this.passwords.verify(input.login, account, input.password, viewer.origin))) {
      if (account) await this.activities.record(viewer, account.id, 'sign_in.failed');
      refuse('INVALID_CREDENTIALS', 'Wrong username or password.');
    }
    if (account!.disabledAt) refuse('ACCOUNT_DISABLED', 'This account is disabled.');
    return this.complete(viewer, account!, input.remember);
  }

  private complete(viewer: Viewer, account: Account, remember: boolean): Promise<SignedIn> {
    return this.kernel.database.transaction(async () => {
      const opened = await this.sessions.open(account.id, 'PASSWORD', viewer.origin, {
        remember,
        confirmed: true,
      });
      const actor = { ...viewer, name: account.username };
      await this.activities.record(actor, account.id, 'sign_in.succeeded', { method: 'PASSWORD' });
      return { ...opened, account };
    });
  }
}
