import { refuse } from '../../kernel/errors.js';
import type { Kernel } from '../../kernel/feature.js';
import type { Origin, Viewer } from '../../kernel/access/viewer.js';
import type { Account } from '../account/account.entity.js';
import type { Activities } from '../activity/activities.js';
import type { SignInMethod } from './session.entity.js';
import type { OpenedSession, Sessions } from './sessions.js';

export interface SignedIn extends OpenedSession {
  readonly account: Account;
}

/** From where somebody may sign in, though the proof is right. Rooms above register theirs. */
export interface SignInRule {
  /** Also asked for nobody (null), in as many statements, so that the time tells no name. */
  allows(accountId: string | null, origin: Origin): Promise<boolean>;
}

/** What follows from somebody being back, in the transaction that opens the session. */
export interface SignInConsequence {
  signedIn(viewer: Viewer, account: Account): Promise<void>;
}

interface Entering {
  readonly method: SignInMethod;
  /** `allows` said yes a moment ago, before the proof was compared: it is not asked again. */
  readonly isAllowed?: boolean;
}

export interface SignInEntry extends Entering {
  readonly remember: boolean;
  /**
   * Uses the proof up, as the first thing in the transaction that opens the session.
   * @throws Refusal when it is no longer good
   */
  proof(): Promise<void>;
  /** Once the account is held, so that what it asks stays so. @throws Refusal, and no session is left */
  held?(): Promise<void>;
}

/** Remembers where an account's sign-ins come from; the room above registers it. */
export interface SignInWatch {
  /** In the transaction that opens the session, which holds the account. @returns whether it came from somewhere new */
  succeeded(accountId: string, origin: Origin): Promise<boolean>;
}

/**
 * The one door to a session: whatever was proven, the same rules hold, and it is in the log. A second
 * door that forgets one of them is what fails most in practice.
 */
export class SignInCompletion {
  readonly #rules: SignInRule[] = [];
  readonly #consequences: SignInConsequence[] = [];
  #watch: SignInWatch | null = null;

  constructor(
    private readonly kernel: Kernel,
    private readonly sessions: Sessions,
    private readonly activities: Activities,
  ) {}

  register(rule: SignInRule): void {
    this.#rules.push(rule);
  }

  follow(consequence: SignInConsequence): void {
    this.#consequences.push(consequence);
  }

  watchedBy(watch: SignInWatch): void {
    this.#watch = watch;
  }

  /** To be asked before a password or a code is compared: where it says no, both must seem wrong. */
  async allows(accountId: string | null, origin: Origin): Promise<boolean> {
    for (const rule of this.#rules) if (!(await rule.allows(accountId, origin))) return false;
    return true;
  }

  /** For who asks for a second proof: refuses before that what `complete` would refuse after it. */
  async check(account: Account, origin: Origin, entry: Entering): Promise<void> {
    const mayCome = entry.isAllowed || (await this.allows(account.id, origin));
    if (!mayCome) refuseAddress(entry.method);
    if (account.disabledAt) refuse('ACCOUNT_DISABLED', 'This account is disabled.');
  }

  async complete(viewer: Viewer, account: Account, entry: SignInEntry): Promise<SignedIn> {
    const { method, remember } = entry;
    await this.check(account, viewer.origin, entry);
    return this.kernel.database.transaction(async () => {
      await entry.proof();
      const options = { remember, confirmed: true };
      const opened = await this.sessions.open(account.id, method, viewer.origin, options);
      await entry.held?.();
      const actor = { ...viewer, name: account.username };
      const isNew = await this.#watch?.succeeded(account.id, viewer.origin);
      const told = { method, ...(isNew ? { newNetwork: true } : {}) };
      await this.activities.record(actor, account.id, 'sign_in.succeeded', told);
      for (const each of this.#consequences) await each.signedIn(actor, account);
      return { ...opened, account };
    });
  }
}

/** A passkey cannot be guessed, so its owner may know why; who tries passwords may not. */
function refuseAddress(method: SignInMethod): never {
  if (method !== 'PASSKEY') refuse('INVALID_CREDENTIALS', 'Wrong username or password.');
  refuse('IP_NOT_ALLOWED', 'This account may not be used from your network address.');
}
