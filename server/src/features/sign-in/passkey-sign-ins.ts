import { Refusal, refuse } from '../../kernel/errors.js';
import type { Viewer } from '../../kernel/access/viewer.js';
import type { Accounts } from '../account/accounts.js';
import type { Activities } from '../activity/activities.js';
import type { PasskeyAnswer } from '../passkey/passkey-answer.js';
import type { PasskeyProofs } from '../passkey/passkey-proofs.js';
import type { SignedIn, SignInCompletion } from '../session/sign-in-completion.js';

/**
 * Signing in with a passkey alone. It asks its owner for a finger or a PIN, so it is two factors by
 * itself; and it cannot be guessed, so its tries are not counted and stay open when a password's are not.
 */
export class PasskeySignIns {
  constructor(
    private readonly accounts: Accounts,
    private readonly proofs: PasskeyProofs,
    private readonly completion: SignInCompletion,
    private readonly activities: Activities,
  ) {}

  /** @throws INVALID_TOKEN for a ceremony that is over, INVALID_CREDENTIALS, ACCOUNT_DISABLED, IP_NOT_ALLOWED */
  async signIn(viewer: Viewer, answer: PasskeyAnswer, remember: boolean): Promise<SignedIn> {
    const { accountId, use } = await this.proofs.signIn(answer);
    const account = accountId === null ? null : await this.accounts.find(accountId);
    if (!account) refuseWrong();
    let isGood = use !== null;
    try {
      if (!use) refuseWrong();
      return await this.completion.complete(viewer, account, {
        method: 'PASSKEY',
        remember,
        proof: async () => {
          isGood = await use();
          if (!isGood) refuseWrong();
        },
      });
    } catch (error) {
      // Here nobody can be told from somebody by the time it takes: a passkey's id is not a name to try.
      if (!isGood) await this.#recordFailure(viewer, account.id);
      else if (isForbiddenThere(error)) {
        await this.#recordFailure(viewer, account.id, { reason: 'IP_NOT_ALLOWED' });
      }
      throw error;
    }
  }

  #recordFailure(viewer: Viewer, accountId: string, why: { reason?: string } = {}): Promise<void> {
    const told = { method: 'PASSKEY', ...why };
    return this.activities.record(viewer, accountId, 'sign_in.failed', told);
  }
}

const isForbiddenThere = (error: unknown) =>
  error instanceof Refusal && error.code === 'IP_NOT_ALLOWED';

function refuseWrong(): never {
  refuse('INVALID_CREDENTIALS', 'This passkey is not known here, or did not prove who you are.');
}
