import { refuse } from '../../kernel/errors.js';
import { requireSession } from '../../kernel/access/viewer.js';
import type { Viewer } from '../../kernel/access/viewer.js';
import type { Factors, Proof } from '../factor/factors.js';
import type { OpenedSession, Sessions } from '../session/sessions.js';

/**
 * Step-up: a fresh proof opens a window for sensitive changes in this session. The proof must be as
 * strong as the strongest the account has, or a stolen password would be worth a second factor.
 */
export class Confirmations {
  constructor(
    private readonly factors: Factors,
    private readonly sessions: Sessions,
  ) {}

  /** @param browser the caller's own secret, to which ceremonies are bound */
  async confirm(
    viewer: Viewer,
    proof: Proof,
    browser: () => string,
  ): Promise<OpenedSession & { until: Date }> {
    requireSession(viewer);
    const given = (Object.keys(proof) as (keyof Proof)[]).flatMap((name) => {
      const value = proof[name];
      return value === null || value === undefined ? [] : [{ name, value }];
    });
    const [only] = given;
    const factor = only && this.factors.find(only.name);
    if (given.length !== 1 || !only || !factor) {
      refuse('BAD_USER_INPUT', 'Give exactly one proof of who you are.', { field: 'input' });
    }
    if (factor.strength < (await this.factors.demandOf(viewer.accountId))) {
      refuse('INVALID_CREDENTIALS', 'This account confirms with its second factor.', {
        field: only.name,
      });
    }
    await factor.prove(viewer, viewer.accountId, only.value, browser);
    const until = await this.sessions.confirm(viewer, factor.strength);
    return { ...(await this.sessions.rotate(viewer, { keepFormer: true })), until };
  }
}
