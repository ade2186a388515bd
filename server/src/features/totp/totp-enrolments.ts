import type { Sealed } from '../../kernel/crypto/seal.js';
import { refuse } from '../../kernel/errors.js';
import type { Kernel } from '../../kernel/feature.js';
import { limitKey } from '../../kernel/access/rate-limit.js';
import { requireSession } from '../../kernel/access/viewer.js';
import type { AccountViewer, Viewer } from '../../kernel/access/viewer.js';
import type { Accounts } from '../account/accounts.js';
import type { Activities } from '../activity/activities.js';
import type { SecondFactorTries } from '../factor/second-factor-tries.js';
import { typedCode } from '../factor/typed-code.js';
import type { RecoveryCodes } from '../recovery-code/recovery-codes.js';
import type { OpenedSession, Sessions } from '../session/sessions.js';
import { newTotpSecret, qrSvg, stepOf, totpUri } from './totp-code.js';
import { totpPurpose, totpStrength } from './totps.js';

const pendingMinutes = 10;
/** Each costs ten hashes, for which everybody's sign-ins wait. */
const renewals = { most: 10, seconds: 3_600 };

export interface TotpEnrolment {
  readonly secret: string;
  readonly uri: string;
  readonly qrSvg: string;
  readonly expiresAt: Date;
}

interface Row {
  readonly isOn: boolean;
  readonly pending: Sealed | null;
  readonly pendingUntil: Date | null;
}

const none: Row = { isOn: false, pending: null, pendingUntil: null };

/**
 * Switching two-factor authentication on, over to another authenticator, and off. A new secret counts
 * from its first right code on; until then the former one stays in force. Where one is in force, only
 * its proof (or a passkey's) opens the way; after a recovery code, that sign-in itself does.
 */
export class TotpEnrolments {
  constructor(
    private readonly kernel: Kernel,
    private readonly accounts: Accounts,
    private readonly sessions: Sessions,
    private readonly recoveryCodes: RecoveryCodes,
    private readonly tries: SecondFactorTries,
    private readonly activities: Activities,
  ) {}

  /** Makes a secret that is not in force yet, in place of an earlier such one. */
  async start(viewer: Viewer): Promise<TotpEnrolment> {
    requireSession(viewer);
    const { database, sealer, clock, settings } = this.kernel;
    const { accountId } = viewer;
    const { username } = await this.accounts.get(accountId);
    const secret = newTotpSecret();
    const expiresAt = new Date(clock.now().getTime() + pendingMinutes * 60_000);
    await database.transaction(async () => {
      await this.#hold(viewer);
      await database.query(
        `insert into totp (account_id, pending_sealed, pending_until) values ($1, $2, $3)
         on conflict (account_id) do update set
           pending_sealed = excluded.pending_sealed, pending_until = excluded.pending_until`,
        [accountId, sealer.seal(secret, totpPurpose(accountId)), expiresAt],
      );
      await this.sessions.renewConfirmation(viewer);
    });
    const uri = totpUri(secret, settings.siteName, username);
    return { secret, uri, qrSvg: qrSvg(uri), expiresAt };
  }

  /**
   * The code is the strongest proof the account has from now on: it opens the window anew, as a step-up does.
   * @returns the recovery codes, which nobody can read again, and the session's new secret
   * @throws INVALID_CREDENTIALS field `code`, RATE_LIMITED, CONFLICT when nothing waits to be confirmed
   */
  async confirm(
    viewer: Viewer,
    typed: string,
  ): Promise<{ codes: readonly string[]; session: OpenedSession }> {
    requireSession(viewer);
    const { database, sealer, clock } = this.kernel;
    const { accountId } = viewer;
    const code = typedCode(typed, 'code');
    const { pending, pendingUntil } = await database.transaction(() => this.#hold(viewer));
    if (!pending || !pendingUntil || pendingUntil <= clock.now()) refuseNothingPending();
    await this.tries.take(accountId);
    const step = stepOf(sealer.open(pending, totpPurpose(accountId)), code, clock.now());
    if (step === null) await this.tries.refuseWrong(viewer, accountId, 'TOTP', 'code');
    const { codes, hashes } = await this.recoveryCodes.draw();
    const session = await database.transaction(async () => {
      const { isOn } = await this.#hold(viewer);
      const rows = await database.query(
        `update totp set secret_sealed = pending_sealed, last_step = $3, enrolled_at = $4,
           pending_sealed = null, pending_until = null
         where account_id = $1 and pending_sealed = $2 returning account_id`,
        [accountId, pending, step, clock.now()],
      );
      if (rows.length === 0) refuseNothingPending();
      await this.recoveryCodes.replace(accountId, hashes);
      await this.activities.record(viewer, accountId, 'totp.enrolled', { replaced: isOn });
      await this.#settle(viewer);
      await this.sessions.confirm(viewer, totpStrength);
      return this.sessions.rotate(viewer, { keepFormer: true });
    });
    await this.tries.forget(accountId);
    return { codes, session };
  }

  /** @throws CONFLICT when it is off */
  async disable(viewer: Viewer): Promise<void> {
    requireSession(viewer);
    await this.kernel.database.transaction(async () => {
      await this.#hold(viewer);
      if (!(await this.remove(viewer.accountId))) refuseOff();
      await this.activities.record(viewer, viewer.accountId, 'totp.disabled');
      await this.#settle(viewer);
    });
  }

  /**
   * Others who would change or use it, or its recovery codes, wait until the transaction ends. To be
   * locked before the account: whoever signs in has used his code up when he comes to the account.
   */
  async hold(accountId: string): Promise<void> {
    await this.kernel.database.query('select 1 from totp where account_id = $1 for update', [
      accountId,
    ]);
    await this.recoveryCodes.hold(accountId);
  }

  /** For who has the right to and records it; in a transaction of the caller. @returns false when it was off */
  async remove(accountId: string): Promise<boolean> {
    const rows = await this.kernel.database.query(
      'delete from totp where account_id = $1 and secret_sealed is not null returning account_id',
      [accountId],
    );
    if (rows.length === 0) return false;
    await this.recoveryCodes.removeAll(accountId);
    return true;
  }

  /** @returns new codes, which nobody can read again. @throws CONFLICT when it is off; RATE_LIMITED beyond ten an hour */
  async regenerateCodes(viewer: Viewer): Promise<readonly string[]> {
    requireSession(viewer);
    const { accountId } = viewer;
    const holdOn = async () => {
      if (!(await this.#hold(viewer)).isOn) refuseOff();
    };
    await this.kernel.database.transaction(holdOn);
    const key = limitKey('recovery-codes', accountId);
    const taken = await this.kernel.rateLimits.takeWindow(key, renewals);
    if (!taken.allowed) {
      const { retryAfter } = taken;
      refuse('RATE_LIMITED', 'New codes were made often enough. Wait a while.', { retryAfter });
    }
    const { codes, hashes } = await this.recoveryCodes.draw();
    await this.kernel.database.transaction(async () => {
      await holdOn();
      await this.recoveryCodes.replace(accountId, hashes);
      await this.activities.record(viewer, accountId, 'recovery_codes.renewed');
      await this.sessions.renewConfirmation(viewer);
    });
    return codes;
  }

  /**
   * The account's row, which then stays as it is until the transaction ends, for a session whose
   * window is open for this. Asked of the row and not of the viewer: what a password opened must not
   * undo a second factor that was switched on while the request was under way.
   */
  async #hold(viewer: AccountViewer): Promise<Row> {
    const [row = none] = await this.kernel.database.query<Row>(
      `select secret_sealed is not null as "isOn", pending_sealed as pending,
         pending_until as "pendingUntil"
       from totp where account_id = $1 for update`,
      [viewer.accountId],
    );
    const strength = await this.sessions.confirmedStrength(viewer);
    if (strength === null || (strength !== 0 && strength < (row.isOn ? totpStrength : 1))) {
      refuse('IDENTITY_CONFIRMATION_REQUIRED', 'Confirm that it is you, then this goes on.');
    }
    return row;
  }

  /** The account's rows are locked before the session's own, or two who settle wait in a circle. */
  async #settle(viewer: AccountViewer): Promise<void> {
    await this.sessions.closeOtherWindows(viewer);
    await this.sessions.holdConfirmed(viewer);
  }
}

function refuseNothingPending(): never {
  refuse('CONFLICT', 'This key has expired or was confirmed already. Start again.');
}

function refuseOff(): never {
  refuse('CONFLICT', 'Two-factor authentication is off.');
}
