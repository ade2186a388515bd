import { hashSecret, newSecret } from '../../kernel/crypto/token.js';
import { refuse } from '../../kernel/errors.js';
import type { Kernel } from '../../kernel/feature.js';
import type { Viewer } from '../../kernel/access/viewer.js';
import type { Account } from '../account/account.entity.js';
import type { Accounts } from '../account/accounts.js';
import type { SecondFactorTries } from '../factor/second-factor-tries.js';
import { typedCode } from '../factor/typed-code.js';
import type { Passwords } from '../password/passwords.js';
import type { RecoveryCodes } from '../recovery-code/recovery-codes.js';
import type { SignedIn, SignInCompletion } from '../session/sign-in-completion.js';
import type { Totps } from '../totp/totps.js';

const minutes = 5;
const mostTries = 5;

/** Somebody whose password was right and who has a second factor. */
export interface HalfSignedIn {
  readonly account: Account;
  /** The hash the password was right for. */
  readonly passwordHash: string;
  readonly remember: boolean;
}

export type SecondFactor = 'TOTP' | 'RECOVERY_CODE';

export interface SecondFactorRequired {
  readonly challenge: string;
  readonly methods: SecondFactor[];
  readonly expiresAt: Date;
}

export interface SecondStepInput {
  readonly challenge: string;
  readonly totpCode?: string | null;
  readonly recoveryCode?: string | null;
}

interface Challenge {
  readonly accountId: string;
  readonly passwordHash: string;
  readonly remember: boolean;
}

/** A right code, and how it is used up. */
type Redeem = () => Promise<boolean>;

/**
 * The second step of signing in. What joins it to the first is a challenge: it lives five minutes,
 * belongs to the browser that began it, dies with the password, and leads to one session.
 */
export class SecondSteps {
  constructor(
    private readonly kernel: Kernel,
    private readonly accounts: Accounts,
    private readonly passwords: Passwords,
    private readonly totps: Totps,
    private readonly recoveryCodes: RecoveryCodes,
    private readonly tries: SecondFactorTries,
    private readonly completion: SignInCompletion,
  ) {}

  /** @param browser the caller's own secret */
  async begin(half: HalfSignedIn, browser: string): Promise<SecondFactorRequired> {
    const { database, clock } = this.kernel;
    const { account, passwordHash, remember } = half;
    const challenge = newSecret();
    const expiresAt = new Date(clock.now().getTime() + minutes * 60_000);
    const begun = await database.query(
      `insert into sign_in_challenge
         (secret_hash, account_id, browser_hash, password_hash, remember, expires_at)
       select $1, id, $3, $4, $5, $6 from account where id = $2 for key share returning 1`,
      [hashSecret(challenge), account.id, hashSecret(browser), passwordHash, remember, expiresAt],
    );
    // Removed while its password was compared: from now on it is a name that nobody has.
    if (begun.length === 0) refuse('INVALID_CREDENTIALS', 'Wrong username or password.');
    const hasCodes = (await this.recoveryCodes.left(account.id)) > 0;
    return { challenge, methods: hasCodes ? ['TOTP', 'RECOVERY_CODE'] : ['TOTP'], expiresAt };
  }

  /**
   * @throws BAD_USER_INPUT unless there is exactly one code, INVALID_TOKEN field `challenge`,
   * INVALID_CREDENTIALS with the code's field, RATE_LIMITED
   */
  async complete(viewer: Viewer, input: SecondStepInput, browser: string): Promise<SignedIn> {
    const { method, field, code } = given(input);
    const secretHash = hashSecret(input.challenge);
    const challenge = await this.#takeTry(secretHash, hashSecret(browser));
    const { accountId, passwordHash, remember } = challenge;
    const account = (await this.accounts.find(accountId)) ?? refuseChallenge();
    const mayCome = await this.completion.allows(accountId, viewer.origin);
    const redeem = await this.#check(viewer, account, method, code);
    if (!redeem || !mayCome) return this.tries.refuseWrong(viewer, accountId, method, field);
    const signedIn = await this.completion.complete(viewer, account, {
      method: `PASSWORD_${method}`,
      isAllowed: mayCome,
      remember,
      proof: async () => {
        await this.#end(secretHash);
        if (!(await this.passwords.holds(accountId, passwordHash))) refuseChallenge();
        if (!(await redeem())) {
          refuse('INVALID_CREDENTIALS', 'This code was used a moment ago.', { field });
        }
      },
    });
    await this.tries.forget(accountId);
    return signedIn;
  }

  async sweep(): Promise<void> {
    const { database, clock } = this.kernel;
    await database.query('delete from sign_in_challenge where expires_at <= $1', [clock.now()]);
  }

  /** Counts the try before anything is checked: of the challenge, then of the account. */
  async #takeTry(secretHash: string, browserHash: string): Promise<Challenge> {
    const { database, clock } = this.kernel;
    const [challenge] = await database.queryApart<Challenge>(
      `update sign_in_challenge set tries = tries + 1
       where secret_hash = $1 and browser_hash = $2 and expires_at > $3 and tries < $4
       returning account_id as "accountId", password_hash as "passwordHash", remember`,
      [secretHash, browserHash, clock.now(), mostTries],
    );
    if (!challenge) refuseChallenge();
    try {
      await this.tries.take(challenge.accountId);
    } catch (refusal) {
      // What was not checked was no try: the challenge is as good as before when the wait is over.
      await database.queryApart(
        'update sign_in_challenge set tries = tries - 1 where secret_hash = $1',
        [secretHash],
      );
      throw refusal;
    }
    return challenge;
  }

  async #check(
    viewer: Viewer,
    { id, username }: Account,
    method: SecondFactor,
    code: string,
  ): Promise<Redeem | null> {
    if (method === 'TOTP') {
      const claim = await this.totps.check(id, code);
      return claim === null ? null : () => this.totps.redeem(id, claim);
    }
    const claim = await this.recoveryCodes.check(id, code);
    const actor = { ...viewer, name: username };
    return claim === null ? null : () => this.recoveryCodes.redeem(actor, id, claim);
  }

  async #end(secretHash: string): Promise<void> {
    const rows = await this.kernel.database.query(
      'delete from sign_in_challenge where secret_hash = $1 returning secret_hash',
      [secretHash],
    );
    if (rows.length === 0) refuseChallenge();
  }
}

function given({ totpCode, recoveryCode }: SecondStepInput) {
  if ((totpCode == null) === (recoveryCode == null)) {
    const message = 'Give either a code of the authenticator or a recovery code.';
    refuse('BAD_USER_INPUT', message, { field: 'input' });
  }
  return totpCode == null
    ? codeOf('RECOVERY_CODE', 'recoveryCode', recoveryCode!)
    : codeOf('TOTP', 'totpCode', totpCode);
}

function codeOf(method: SecondFactor, field: string, text: string) {
  return { method, field, code: typedCode(text, field) };
}

function refuseChallenge(): never {
  refuse('INVALID_TOKEN', 'This sign-in took too long or was tried too often. Begin again.', {
    field: 'challenge',
  });
}
