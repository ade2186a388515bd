import { refuse } from '../../kernel/errors.js';
import type { Kernel } from '../../kernel/feature.js';
import { limitKey } from '../../kernel/access/rate-limit.js';
import type { Viewer } from '../../kernel/access/viewer.js';
import type { Activities } from '../activity/activities.js';

/** A million codes and three that are right: ten tries leave one chance in 33,000. */
const window = { most: 10, seconds: 900 };

/**
 * Bounds how often codes are tried, TOTP and recovery codes together, wherever they are typed. Not by
 * network: whoever tries here knows the password or sits in a session already.
 */
export class SecondFactorTries {
  constructor(
    private readonly kernel: Kernel,
    private readonly activities: Activities,
  ) {}

  /** Counts one, before it is checked and outside of any transaction. @throws RATE_LIMITED with retryAfter */
  async take(accountId: string): Promise<void> {
    const taken = await this.kernel.rateLimits.takeWindow(keyOf(accountId), window);
    if (taken.allowed) return;
    const { retryAfter } = taken;
    refuse('RATE_LIMITED', `Too many tries. Wait ${retryAfter} seconds.`, { retryAfter });
  }

  /** After a right one. */
  forget(accountId: string): Promise<void> {
    return this.kernel.rateLimits.clear(keyOf(accountId));
  }

  /** Notes a wrong one and refuses it by its field. */
  async refuseWrong(
    viewer: Viewer,
    accountId: string,
    method: 'TOTP' | 'RECOVERY_CODE',
    field: string,
  ): Promise<never> {
    await this.activities.record(viewer, accountId, 'second_factor.failed', { method });
    refuse('INVALID_CREDENTIALS', 'This code is not right, or it was used already.', { field });
  }
}

const keyOf = (accountId: string) => limitKey('second-factor', accountId);
