import { refuse } from '../../kernel/errors.js';
import { requireSession } from '../../kernel/viewer.js';
import type { Viewer } from '../../kernel/viewer.js';
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

  async confirm(viewer: Viewer, proof: Proof): Promise<OpenedSession & { until: Date }> {
    requireSession(viewer);
    const given = Object.entries(proof).filter(
      ([, value]) => value !== null && value !== undefined,
    );
    const [name, value] = given[0] ?? [];
    const factor = name === undefined ? null : this.factors.find(name as keyof Proof);
    if (given.length !== 1 || !factor) {
      refuse('BAD_USER_INPUT', 'Give exactly one proof: the password.', { field: 'input' });
    }
    if (factor.strength < (await this.factors.strengthOf(viewer.accountId))) {
      refuse('INVALID_CREDENTIALS', 'This account confirms with its second factor.', {
        field: name!,
      });
    }
    await factor.prove(viewer, viewer.accountId, value);
    const until = await this.sessions.confirm(viewer);
    return { ...(await this.sessions.rotate(viewer, { keepFormer: true })), until };
  }
}
