import type { Accounts } from '../account/accounts.js';
import type { Passkeys } from '../passkey/passkeys.js';
import type { Passwords } from '../password/passwords.js';
import type { RecoveryCodes } from '../recovery-code/recovery-codes.js';
import type { SecondaryEmails } from '../secondary-email/secondary-emails.js';
import type { Totps } from '../totp/totps.js';

/** Most valuable first: what keeps others out, then what lets the owner back in. */
export const recommendations = [
  'ENABLE_TOTP',
  'REGENERATE_RECOVERY_CODES',
  'VERIFY_EMAIL',
  'ADD_PASSKEY',
  'ADD_BACKUP_PASSKEY',
  'ADD_SECONDARY_EMAIL',
] as const;
export type Recommendation = (typeof recommendations)[number];

/** At so many or fewer recovery codes new ones are due. */
const fewCodes = 3;

/** What somebody could still do for the safety of the account; nothing for show. */
export class Recommendations {
  constructor(
    private readonly accounts: Accounts,
    private readonly passwords: Passwords,
    private readonly totps: Totps,
    private readonly recoveryCodes: RecoveryCodes,
    private readonly passkeys: Passkeys,
    private readonly secondaryEmails: SecondaryEmails,
  ) {}

  async of(accountId: string): Promise<Recommendation[]> {
    const { emailVerified } = await this.accounts.get(accountId);
    const hasPassword = (await this.passwords.find(accountId)) !== null;
    const hasTotp = await this.totps.isOn(accountId);
    const codesLeft = await this.recoveryCodes.left(accountId);
    const passkeys = await this.passkeys.list(accountId);
    const second = await this.secondaryEmails.find(accountId);
    const isDue: Record<Recommendation, boolean> = {
      // Where there is no password a second factor would stand beside nothing.
      ENABLE_TOTP: hasPassword && !hasTotp,
      REGENERATE_RECOVERY_CODES: hasTotp && codesLeft <= fewCodes,
      VERIFY_EMAIL: !emailVerified,
      ADD_PASSKEY: passkeys.length === 0,
      // One that lives on a single device goes with it.
      ADD_BACKUP_PASSKEY: passkeys.length === 1 && !passkeys[0]!.backedUp,
      ADD_SECONDARY_EMAIL: second?.verified !== true,
    };
    return recommendations.filter((each) => isDue[each]);
  }
}
