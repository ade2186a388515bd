import type { Kernel } from '../../kernel/feature.js';
import type { Viewer } from '../../kernel/access/viewer.js';
import { systemViewer } from '../../kernel/access/viewer.js';
import type { Accounts } from '../account/accounts.js';
import type { Passwords } from '../password/passwords.js';
import { allPermissions } from '../permission/permissions.js';
import type { SignedIn, SignInCompletion } from '../session/sign-in-completion.js';
import type { Sites } from '../site/sites.js';

export interface SetUpInput {
  readonly token: string;
  readonly username: string;
  readonly email: string;
  readonly password: string;
}

/**
 * The first run: whoever read the token off the server's output becomes its first administrator.
 * One transaction, so that a refused name or password leaves the token good for another try.
 */
export class SiteSetUp {
  constructor(
    private readonly kernel: Kernel,
    private readonly sites: Sites,
    private readonly accounts: Accounts,
    private readonly passwords: Passwords,
    private readonly completion: SignInCompletion,
  ) {}

  setUp(viewer: Viewer, input: SetUpInput): Promise<SignedIn> {
    const actor = { ...systemViewer, name: input.username, origin: viewer.origin };
    return this.kernel.database.transaction(async () => {
      await this.sites.redeemSetUp(input.token);
      const account = await this.accounts.create(actor, {
        username: input.username,
        email: input.email,
        role: 'ADMIN',
        permissions: [...allPermissions],
      });
      await this.passwords.set(actor, account.id, input.password, { oneTime: false });
      return this.completion.complete(viewer, account, {
        method: 'SETUP',
        remember: true,
        proof: async () => {},
      });
    });
  }
}
