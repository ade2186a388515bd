import type { Sealed } from '../../kernel/crypto/seal.js';
import type { Kernel } from '../../kernel/feature.js';
import { prepared } from '../../kernel/database/prepared.js';
import type { Viewer } from '../../kernel/access/viewer.js';
import type { SecondFactorTries } from '../factor/second-factor-tries.js';
import { typedCode } from '../factor/typed-code.js';
import { stepOf } from './totp-code.js';

const isOnSql = prepared('select 1 from totp where account_id = $1 and secret_sealed is not null');

/** A code that was right a moment ago: of which secret, and of which step. */
export interface TotpClaim {
  readonly sealed: Sealed;
  readonly step: number;
}

/** What a code is worth as a proof: more than the password alone. */
export const totpStrength = 2;

/** To whom a sealed secret opens. */
export const totpPurpose = (accountId: string) => `totp:${accountId}`;

/**
 * Time-based one-time passwords that are in force. A step is used up by one conditional UPDATE,
 * wherever its code was typed, so that none is ever accepted twice.
 */
export class Totps {
  constructor(
    private readonly kernel: Kernel,
    private readonly tries: SecondFactorTries,
  ) {}

  async isOn(accountId: string): Promise<boolean> {
    const rows = await this.kernel.database.query(isOnSql, [accountId]);
    return rows.length > 0;
  }

  /** Null when the code is not right or its step was used. The try is counted by the caller. */
  async check(accountId: string, typed: string): Promise<TotpClaim | null> {
    const { database, sealer, clock } = this.kernel;
    const [row] = await database.query<{ sealed: Sealed; last_step: string }>(
      `select secret_sealed as sealed, last_step from totp
       where account_id = $1 and secret_sealed is not null`,
      [accountId],
    );
    if (!row) return null;
    const secret = sealer.open(row.sealed, totpPurpose(accountId));
    const step = stepOf(secret, typed, clock.now());
    return step === null || step <= Number(row.last_step) ? null : { sealed: row.sealed, step };
  }

  /** Uses the step up: of many at once one gets true. In the transaction of what it opens. */
  async redeem(accountId: string, { sealed, step }: TotpClaim): Promise<boolean> {
    const { database, sealer } = this.kernel;
    const purpose = totpPurpose(accountId);
    const kept = sealer.needsResealing(sealed)
      ? sealer.seal(sealer.open(sealed, purpose), purpose)
      : sealed;
    const rows = await database.query(
      `update totp set last_step = $3, secret_sealed = $4
       where account_id = $1 and secret_sealed = $2 and last_step < $3 returning account_id`,
      [accountId, sealed, step, kept],
    );
    return rows.length > 0;
  }

  /** For step-up. @throws INVALID_CREDENTIALS field `totpCode`, RATE_LIMITED */
  async prove(viewer: Viewer, accountId: string, typed: string): Promise<void> {
    const code = typedCode(typed, 'totpCode');
    await this.tries.take(accountId);
    const claim = await this.check(accountId, code);
    if (!claim || !(await this.redeem(accountId, claim))) {
      await this.tries.refuseWrong(viewer, accountId, 'TOTP', 'totpCode');
    }
    await this.tries.forget(accountId);
  }
}
