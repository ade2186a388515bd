import { refuse } from '../../kernel/errors.js';
import type { Kernel } from '../../kernel/feature.js';
import { cleanText } from '../../kernel/text/text-input.js';
import { anonymous } from '../../kernel/access/viewer.js';
import type { Origin, Viewer } from '../../kernel/access/viewer.js';
import type { Account } from '../account/account.entity.js';
import { canonicalLogin } from '../account/accounts.js';
import type { Accounts } from '../account/accounts.js';
import type { Activities } from '../activity/activities.js';
import type { Passwords } from '../password/passwords.js';
import type { SignedIn, SignInCompletion } from '../session/sign-in-completion.js';
import type { Totps } from '../totp/totps.js';
import type { HalfSignedIn } from './second-steps.js';

/** The longest that an e-mail address can be typed. */
const mostLogin = 320;

export interface FailedSignIn {
  /** Null when the name was nobody's. */
  readonly accountId: string | null;
  readonly at: string;
  readonly kind: Viewer['kind'];
  readonly name: string;
  readonly origin: Origin;
  /** It may have been right: his list of addresses forbids where it was tried. */
  readonly barred?: boolean;
}

/** Writes a failed sign-in into the log. */
export const signInFailed = { name: 'sign_in.failed' } as const;

/**
 * The first step of signing in. An unknown name, a wrong password and a forbidden account cannot be
 * told apart by answer or by time; only who knows the password learns that the account is disabled.
 */
export class SignIns {
  constructor(
    private readonly kernel: Kernel,
    private readonly accounts: Accounts,
    private readonly passwords: Passwords,
    private readonly totps: Totps,
    private readonly completion: SignInCompletion,
    private readonly activities: Activities,
  ) {}

  /** @returns half a sign-in where a second step must follow */
  async signIn(
    viewer: Viewer,
    input: { login: string; password: string; remember: boolean },
  ): Promise<SignedIn | HalfSignedIn> {
    const login = canonicalLogin(cleanText(input.login, { field: 'login', max: mostLogin }));
    const account = await this.accounts.findByLogin(login);
    const tried = account ? { accountId: account.id } : { login };
    const barred = !(await this.completion.allows(account?.id ?? null, viewer.origin));
    const hash = await this.passwords.verify(tried, input.password, viewer.origin, { barred });
    if (!account || hash === null) {
      await this.#queueFailure(viewer, account, barred);
      refuseWrong();
    }
    const { remember } = input;
    const entering = { method: 'PASSWORD', isAllowed: !barred } as const;
    if (await this.totps.isOn(account.id)) {
      await this.completion.check(account, viewer.origin, entering);
      return { account, passwordHash: hash, remember };
    }
    return this.completion.complete(viewer, account, {
      ...entering,
      remember,
      // A password that was changed while this one was checked has ended all sessions: no new one.
      proof: async () => {
        if (!(await this.passwords.holds(account.id, hash))) refuseWrong();
      },
      // Nor one without a second factor that was switched on meanwhile, which holds the account.
      held: async () => {
        if (await this.totps.isOn(account.id)) refuseWrong();
      },
    });
  }

  async recordFailure(failed: FailedSignIn): Promise<void> {
    const { accountId, at, kind, name, origin, barred } = failed;
    if (accountId === null || !(await this.accounts.find(accountId))) return;
    const viewer = { ...anonymous(origin), kind, name };
    const told: Record<string, string> = barred ? { reason: 'IP_NOT_ALLOWED' } : {};
    await this.activities.record(viewer, accountId, 'sign_in.failed', told, new Date(at));
  }

  /**
   * Writing it to the log here would take longer for an account than for nobody, and so tell who
   * has one; a job is queued for both.
   */
  async #queueFailure(viewer: Viewer, account: Account | null, barred: boolean): Promise<void> {
    const failed: FailedSignIn = {
      accountId: account?.id ?? null,
      at: this.kernel.clock.now().toISOString(),
      kind: viewer.kind,
      name: viewer.name,
      origin: viewer.origin,
      barred,
    };
    await this.kernel.outbox.add(signInFailed, failed);
  }
}

function refuseWrong(): never {
  refuse('INVALID_CREDENTIALS', 'Wrong username or password.');
}
