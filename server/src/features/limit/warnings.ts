import type { Notices } from '../notification/notices.js';
import type { LimitUnit } from './limit.js';
import type { Crossing } from './thresholds.js';

export interface Warned {
  readonly accountId: string;
  /** The key of a limit, or the address of an e-mail account. */
  readonly object: string;
  readonly unit: LimitUnit;
  readonly used: number;
  readonly limit: number;
}

/** Tells people how near they are to a limit. Belongs into the transaction that made it true. */
export class Warnings {
  constructor(private readonly notices: Notices) {}

  /** @param of `quota` for a limit of the account, `email_account` for one of its e-mail accounts */
  async tell(
    of: 'quota' | 'email_account',
    { accountId, ...what }: Warned,
    crossings: readonly Crossing[],
  ): Promise<void> {
    for (const { threshold, event } of crossings) {
      await this.notices.send({
        type: `${of}.${event === 'exceeded' ? 'near_limit' : 'back_to_normal'}`,
        severity: threshold === 95 ? 'CRITICAL' : null,
        audience: { accountIds: [accountId] },
        texts: null,
        url: '/limits',
        data: { ...what, threshold, event },
      });
    }
  }
}
