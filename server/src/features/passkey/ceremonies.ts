import { randomBytes } from 'node:crypto';
import { hashSecret } from '../../kernel/crypto/token.js';
import { refuse } from '../../kernel/errors.js';
import type { Kernel } from '../../kernel/feature.js';
import { isId, newId } from '../../kernel/id.js';
import { networkOf, parseAddress } from '../../kernel/network/network.js';
import { limitKey } from '../../kernel/access/rate-limit.js';
import type { Origin } from '../../kernel/access/viewer.js';

export const ceremonySeconds = 300;
/** Rows that somebody without an account can make wait: ten a second from one network. */
const starts = { most: 3_000, seconds: 300 };
const prefixes = { v4: 24, v6: 64 };

/** What is asked of a browser, and what its answer is good for. */
export type Ceremony =
  | { readonly purpose: 'SIGN_IN'; readonly accountId: null }
  | { readonly purpose: 'REGISTRATION' | 'CONFIRMATION'; readonly accountId: string };

export type Challenge = ReturnType<Uint8Array['slice']>;

/** What a browser is given to begin one: `options` are for navigator.credentials. */
export interface OpenCeremony {
  readonly id: string;
  readonly options: object;
  readonly expiresAt: Date;
}

/** Challenges for authenticators: each for one purpose, browser and account, good for one answer. */
export class Ceremonies {
  constructor(private readonly kernel: Kernel) {}

  /** @param ask makes the options around the challenge @throws RATE_LIMITED */
  async start(
    ceremony: Ceremony,
    browser: string,
    origin: Origin,
    ask: (challenge: Challenge) => Promise<object>,
  ): Promise<OpenCeremony> {
    const { database, clock } = this.kernel;
    await this.#takeStart(ceremony.accountId, origin);
    const challenge = new Uint8Array(randomBytes(32));
    const expiresAt = new Date(clock.now().getTime() + ceremonySeconds * 1000);
    const id = newId();
    await database.query(
      `insert into passkey_ceremony (id, purpose, account_id, challenge_hash, browser_hash, expires_at)
       values ($1, $2, $3, $4, $5, $6)`,
      [
        id,
        ceremony.purpose,
        ceremony.accountId,
        hashSecret(Buffer.from(challenge).toString('base64url')),
        hashSecret(browser),
        expiresAt,
      ],
    );
    return { id, options: await ask(challenge), expiresAt };
  }

  /**
   * Uses it up, whatever comes of it: before anything of the answer is looked at, and apart from any
   * transaction, so that nothing brings it back. Of many at once exactly one gets it.
   * @returns the hash of the challenge
   * @throws BAD_USER_INPUT for what is no id, INVALID_TOKEN for what cannot be answered (any more, here)
   */
  async burn(id: string, ceremony: Ceremony, browser: string): Promise<string> {
    const { database, clock } = this.kernel;
    const field = 'ceremonyId';
    if (!isId(id)) refuse('BAD_USER_INPUT', 'This is not a ceremony’s id.', { field });
    const [burnt] = await database.queryApart<{ challenge_hash: string; fits: boolean }>(
      `delete from passkey_ceremony where id = $1
       returning challenge_hash, purpose = $2 and account_id is not distinct from $3
         and browser_hash = $4 and expires_at > $5 as fits`,
      [id, ceremony.purpose, ceremony.accountId, hashSecret(browser), clock.now()],
    );
    if (burnt?.fits) return burnt.challenge_hash;
    refuse('INVALID_TOKEN', 'This took too long or was answered already. Try again.', { field });
  }

  async sweep(): Promise<void> {
    await this.kernel.database.query('delete from passkey_ceremony where expires_at <= $1', [
      this.kernel.clock.now(),
    ]);
  }

  async #takeStart(accountId: string | null, { address }: Origin): Promise<void> {
    const parsed = address === null ? null : parseAddress(address);
    const who = accountId ?? (parsed ? networkOf(parsed, prefixes) : 'unknown');
    const taken = await this.kernel.rateLimits.takeWindow(limitKey('ceremony', who), starts);
    if (taken.allowed) return;
    refuse('RATE_LIMITED', `Too many tries. Wait ${taken.retryAfter} seconds.`, {
      retryAfter: taken.retryAfter,
    });
  }
}
