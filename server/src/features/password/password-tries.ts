import { refuse } from '../../kernel/errors.js';
import type { Kernel } from '../../kernel/feature.js';
import { networkOf, parseAddress } from '../../kernel/network/network.js';
import { limitKey } from '../../kernel/access/rate-limit.js';
import type { Origin } from '../../kernel/access/viewer.js';

/** Five free tries an account and network, then 30 s doubling to an hour; forgotten after a day. */
const here = { free: 5, first: 30, most: 3_600, forget: 86_400 };
/**
 * From all networks together that the account has no session in, or who owns a /48 would have
 * 65,536 times five. A hundred is the most that NIST SP 800-63B §3.2.2 allows.
 */
const elsewhere = { ...here, free: 100 };
const prefixes = { v4: 24, v6: 64 };

/** Whose password was tried: the account, or the name that is nobody's, so that both count alike. */
export type Tried = { readonly accountId: string } | { readonly login: string };

/**
 * Bounds how often a password is tried. An account's tries count together whether its username or
 * its address was typed: counted apart, each would be worth five more. The price: who knows a
 * username and guesses its address can see, five tries later, that they belong together.
 */
export class PasswordTries {
  constructor(private readonly kernel: Kernel) {}

  /**
   * Counts one, before it is checked.
   * @param addresses where the account's sessions were opened
   * @throws RATE_LIMITED with retryAfter
   */
  async take(tried: Tried, origin: Origin, addresses: readonly string[]): Promise<void> {
    const { rateLimits } = this.kernel;
    const network = networkText(origin);
    const isKnown = addresses.some((address) => networkText({ address }) === network);
    let taken = await rateLimits.take(keyOf(tried, network), here);
    if (taken.allowed && !isKnown) taken = await rateLimits.take(keyOf(tried, null), elsewhere);
    if (taken.allowed) return;
    refuse('RATE_LIMITED', `Too many tries. Wait ${taken.retryAfter} seconds.`, {
      retryAfter: taken.retryAfter,
    });
  }

  /** Starts anew for this network, after the password was right or was replaced. */
  async forget(accountId: string, origin: Origin): Promise<void> {
    const { rateLimits } = this.kernel;
    await rateLimits.clear(keyOf({ accountId }, networkText(origin)), keyOf({ accountId }, null));
  }
}

/** @param network null: all that are not known together */
function keyOf(tried: Tried, network: string | null): string {
  return 'accountId' in tried
    ? limitKey('password', tried.accountId, null, network)
    : limitKey('password', null, tried.login, network);
}

/** The network a try is counted for; what cannot be told shares one. */
function networkText({ address }: Pick<Origin, 'address'>): string {
  const parsed = address === null ? null : parseAddress(address);
  return parsed ? networkOf(parsed, prefixes) : 'unknown';
}
