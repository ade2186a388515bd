import type { Viewer } from '../../kernel/access/viewer.js';

/** What the caller offers to prove who he is; exactly one of them. */
export interface Proof {
  readonly password?: string | null;
  readonly totpCode?: string | null;
  /** An answer to a ceremony that was begun for this account. */
  readonly passkey?: { readonly ceremonyId: string; readonly response: unknown } | null;
}

/** A way to prove an identity. Every implementation registers itself when its room is set up. */
export interface Factor<Name extends keyof Proof = keyof Proof> {
  readonly name: Name;
  /** What it is worth as a proof: 1 something known, 2 something held. */
  readonly strength: 1 | 2;
  /**
   * What every proof must be worth once an account has this. Not always its own strength: whoever has
   * a passkey beside a password may still confirm with the password, whoever has TOTP may not.
   */
  readonly demands: 1 | 2;
  has(accountId: string): Promise<boolean>;
  /**
   * Counts the try before it checks.
   * @param browser the caller's own secret, to which ceremonies are bound
   * @throws INVALID_CREDENTIALS or RATE_LIMITED
   */
  prove(
    viewer: Viewer,
    accountId: string,
    proof: NonNullable<Proof[Name]>,
    browser: () => string,
  ): Promise<void>;
}

/** Which proofs there are. */
export class Factors {
  readonly #factors: Factor[] = [];

  /** Found again by its name only, so it is given no other proof than its own. */
  register<Name extends keyof Proof>(factor: Factor<Name>): void {
    this.#factors.push(factor);
  }

  find(name: keyof Proof): Factor | null {
    return this.#factors.find((factor) => factor.name === name) ?? null;
  }

  /** What a proof must be worth for this account. */
  async demandOf(accountId: string): Promise<number> {
    const demands = await Promise.all(
      this.#factors.map(async (factor) => ((await factor.has(accountId)) ? factor.demands : 0)),
    );
    return Math.max(0, ...demands);
  }
}
