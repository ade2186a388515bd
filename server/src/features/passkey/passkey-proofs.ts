import { safeEqual } from '../../kernel/crypto/token.js';
import { refuse } from '../../kernel/errors.js';
import type { Kernel } from '../../kernel/feature.js';
import { requireSession } from '../../kernel/access/viewer.js';
import type { Viewer } from '../../kernel/access/viewer.js';
import type { Ceremonies, Ceremony, OpenCeremony } from './ceremonies.js';
import { parseAssertion } from './passkey-answer.js';
import type { PasskeyAnswer } from './passkey-answer.js';
import type { Passkeys } from './passkeys.js';
import type { Assertion, WebAuthn } from './web-authn.js';

interface Holder {
  id: string;
  account_id: string;
  public_key: Buffer;
  handle: string;
}

/** Whose passkey answered. `use` null: the answer was not right, which is all its bearer may learn. */
export interface PasskeyProof {
  readonly accountId: string | null;
  /**
   * Notes the use, in the transaction of what it is used for. False when the passkey is gone, or
   * when another answer of it was noted since that it should have come before (a copied key).
   */
  readonly use: (() => Promise<boolean>) | null;
}

/** Passkeys as a proof of who somebody is: to sign in, and to confirm it. */
export class PasskeyProofs {
  constructor(
    private readonly kernel: Kernel,
    private readonly ceremonies: Ceremonies,
    private readonly passkeys: Passkeys,
    private readonly webAuthn: WebAuthn,
  ) {}

  /** Any passkey of this site; the answer says whose it is. @throws RATE_LIMITED */
  startSignIn(viewer: Viewer, browser: string): Promise<OpenCeremony> {
    const ceremony = { purpose: 'SIGN_IN', accountId: null } as const;
    return this.ceremonies.start(ceremony, browser, viewer.origin, (challenge) =>
      this.webAuthn.requestOptions(challenge, null),
    );
  }

  /** @throws NOT_FOUND without a passkey, RATE_LIMITED */
  async startConfirmation(viewer: Viewer, browser: string): Promise<OpenCeremony> {
    requireSession(viewer);
    const { accountId } = viewer;
    const held = await this.passkeys.list(accountId);
    if (held.length === 0) refuse('NOT_FOUND', 'This account has no passkey.');
    const ceremony = { purpose: 'CONFIRMATION', accountId } as const;
    const allowed = held.map((passkey) => passkey.known());
    return this.ceremonies.start(ceremony, browser, viewer.origin, (challenge) =>
      this.webAuthn.requestOptions(challenge, allowed),
    );
  }

  /** @throws BAD_USER_INPUT, INVALID_TOKEN as Ceremonies.burn */
  signIn(answer: PasskeyAnswer): Promise<PasskeyProof> {
    return this.#check({ purpose: 'SIGN_IN', accountId: null }, answer);
  }

  /** @throws as signIn, and INVALID_CREDENTIALS for an answer that is not right */
  async confirm(accountId: string, answer: PasskeyAnswer): Promise<void> {
    const { use } = await this.#check({ purpose: 'CONFIRMATION', accountId }, answer);
    if (use && (await use())) return;
    refuse('INVALID_CREDENTIALS', 'This passkey did not prove who you are.', { field: 'passkey' });
  }

  async #check(ceremony: Ceremony, answer: PasskeyAnswer): Promise<PasskeyProof> {
    const challenge = await this.ceremonies.burn(answer.ceremonyId, ceremony, answer.browser);
    const response = parseAssertion(answer.response);
    const holder = await this.#holderOf(response.id);
    if (!holder) return { accountId: null, use: null };
    const { account_id: accountId } = holder;
    const refused = { accountId, use: null };
    if (ceremony.accountId !== null && ceremony.accountId !== accountId) return refused;
    const { userHandle } = response.response;
    // Where the account is known beforehand, authenticators may leave it out (§6.3.3 step 9).
    if (userHandle === undefined && ceremony.accountId === null) return refused;
    if (userHandle !== undefined && !safeEqual(userHandle, holder.handle)) return refused;
    const asserted = await this.webAuthn.checkAssertion(response, challenge, holder.public_key);
    return asserted ? { accountId, use: () => this.#use(holder.id, asserted) } : refused;
  }

  async #holderOf(credentialId: string): Promise<Holder | null> {
    const [holder] = await this.kernel.database.query<Holder>(
      `select p.id, p.account_id, p.public_key, u.handle from passkey p
       join passkey_user u using (account_id) where p.credential_id = $1`,
      [credentialId],
    );
    return holder ?? null;
  }

  /**
   * Compared and written in one statement, or two at once could both pass. Zero says that the
   * authenticator does not count, as most that synchronise do not (WebAuthn level 3 §6.1.1). That it
   * may be backed up can change too: stores of passkeys begin to synchronise.
   */
  async #use(id: string, { signCount, backupEligible, backedUp }: Assertion): Promise<boolean> {
    const rows = await this.kernel.database.query(
      `update passkey set sign_count = greatest(sign_count, $2::bigint), backup_eligible = $3,
         backed_up = $4, last_used_at = $5
       where id = $1 and (sign_count = 0 or $2::bigint = 0 or $2::bigint > sign_count) returning 1`,
      [id, signCount, backupEligible, backedUp, this.kernel.clock.now()],
    );
    return rows.length > 0;
  }
}
