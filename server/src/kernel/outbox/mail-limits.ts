import { refuse } from '../errors.js';
import { networkOf, parseAddress } from '../network/network.js';
import { limitKey } from '../access/rate-limit.js';
import type { RateLimits, Taken } from '../access/rate-limit.js';
import type { Origin } from '../access/viewer.js';

const perNetwork = { most: 10, seconds: 60 };
const perMailboxAsked = { most: 3, seconds: 60 };
const perAccountAsked = { most: 10, seconds: 3_600 };
const perHour = { most: 3, seconds: 3_600 };
const perDay = { most: 10, seconds: 86_400 };

/**
 * Bounds the mails that anybody can cause: nobody's mailbox is to be filled by strangers, nor the
 * queue. What is counted never depends on whether the address is known here.
 */
export class MailLimits {
  constructor(private readonly rateLimits: RateLimits) {}

  /** One request that may lead to a mail, from this address (IPv6: its /64). Ten a minute. */
  takeFrom(kind: string, { address }: Origin): Promise<Taken> {
    const parsed = address === null ? null : parseAddress(address);
    const network = parsed ? networkOf(parsed, { v4: 32, v6: 64 }) : 'unknown';
    return this.rateLimits.takeWindow(limitKey(`mail-from-${kind}`, network), perNetwork);
  }

  /** One request for this mailbox, for answers that may tell of the limit. Three a minute. */
  takeFor(kind: string, canonical: string): Promise<Taken> {
    return this.rateLimits.takeWindow(limitKey(`mail-for-${kind}`, canonical), perMailboxAsked);
  }

  /** One request of somebody who is signed in, whatever address it names. Ten an hour. */
  takeOwn(kind: string, accountId: string): Promise<Taken> {
    return this.rateLimits.takeWindow(limitKey(`mail-own-${kind}`, accountId), perAccountAsked);
  }

  /** One mail of this kind, for answers that may tell of the limit. Three an hour and ten a day. @param to account or canonical address */
  async takeTo(kind: string, to: string): Promise<Taken> {
    const hour = await this.rateLimits.takeWindow(limitKey(`mail-hour-${kind}`, to), perHour);
    if (!hour.allowed) return hour;
    return this.rateLimits.takeWindow(limitKey(`mail-day-${kind}`, to), perDay);
  }

  /** The same for jobs: whether it may go. */
  async maySend(kind: string, to: string): Promise<boolean> {
    return (await this.takeTo(kind, to)).allowed;
  }
}

/** @throws RATE_LIMITED with retryAfter */
export function requireRoom(taken: Taken): void {
  if (taken.allowed) return;
  const { retryAfter } = taken;
  refuse('RATE_LIMITED', `Too many mails. Wait ${retryAfter} seconds.`, { retryAfter });
}
