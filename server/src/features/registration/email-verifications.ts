import { parseEmail } from '../../kernel/text/address.js';
import type { Sealed } from '../../kernel/crypto/seal.js';
import { refuse } from '../../kernel/errors.js';
import type { Kernel } from '../../kernel/feature.js';
import type { MailLimits } from '../../kernel/outbox/mail-limits.js';
import type { Viewer } from '../../kernel/access/viewer.js';
import type { EmailChanges } from '../email-change/email-changes.js';
import type { FirstVerifications } from '../email-change/first-verifications.js';
import type { RegistrationMailing } from './registration-mailing.js';
import type { Registrations } from './registrations.js';
import type { WaitingList } from './waiting-list.js';

/** The address stands in the queue only sealed. */
export interface ResendRequest {
  readonly address: Sealed;
}

/** Sends again whatever an address waits for. */
export const resendVerification = { name: 'verification.resend' } as const;

const purpose = 'verification.resend';
/** More than that wait for one address only when somebody plays. */
const most = 3;

/** One page, one token, whatever it is that shows an address to be a person's. */
export class EmailVerifications {
  constructor(
    private readonly kernel: Kernel,
    private readonly registrations: Registrations,
    private readonly waiting: WaitingList,
    private readonly mailing: RegistrationMailing,
    private readonly changes: EmailChanges,
    private readonly firsts: FirstVerifications,
    private readonly limits: MailLimits,
  ) {}

  /** @throws INVALID_TOKEN field `token`; CONFLICT when the name or the address was taken meanwhile */
  verify(viewer: Viewer, token: string): Promise<void> {
    return this.kernel.database.transaction(async () => {
      if (await this.registrations.verify(viewer, token)) return;
      if (await this.changes.confirm(viewer, token)) return;
      if (await this.firsts.confirm(viewer, token)) return;
      refuse('INVALID_TOKEN', 'This link was used already, is too old, or is not whole.', {
        field: 'token',
      });
    });
  }

  /** The same statements for every address, known or not. */
  async resend(viewer: Viewer, typed: string): Promise<void> {
    const { outbox, sealer } = this.kernel;
    const email = parseEmail(typed);
    const { allowed } = await this.limits.takeFrom('resend', viewer.origin);
    if (!email || !allowed) return;
    const request: ResendRequest = { address: sealer.seal(email.canonical, purpose) };
    await outbox.add(resendVerification, request);
  }

  async work({ address }: ResendRequest): Promise<void> {
    const canonical = this.kernel.sealer.open(address, purpose);
    for (const id of await this.waiting.idsFor(canonical, most)) {
      await this.mailing.send(id);
    }
    for (const id of await this.changes.waitingFor(canonical, most)) await this.changes.mail(id);
    await this.firsts.send(canonical);
  }
}
