import type { Viewer } from '../../kernel/viewer.js';

/** What the caller offers to prove who he is; exactly one of them. */
export interface Proof {
  readonly password?: string | null;
}

/** A way to prove an identity. Every implementation registers itself when its room is set up. */
export interface Factor {
  readonly name: keyof Proof;
  /** Stronger ones are asked for where the account has them. */
  readonly strength: number;
  has(accountId: string): Promise<boolean>;
  /** Counts the try before it checks. @throws INVALID_CREDENTIALS or RATE_LIMITED */
  prove(viewer: Viewer, accountId: string, proof: NonNullable<Proof[keyof Proof]>): Promise<void>;
}

/** Which proofs there are. */
export class Factors {
  readonly #factors: Factor[] = [];

  register(factor: Factor): void {
    this.#factors.push(factor);
  }

  find(name: keyof Proof): Factor | null {
    return this.#factors.find((factor) => factor.name === name) ?? null;
  }

  /** The strength a proof must have for this account: that of its strongest factor. */
  async strengthOf(accountId: string): Promise<number> {
    const held = await Promise.all(
      this.#factors.map(async (factor) => ((await factor.has(accountId)) ? factor.strength : 0)),
    );
    return Math.max(0, ...held);
  }
}
