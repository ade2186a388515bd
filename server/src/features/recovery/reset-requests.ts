import { parseEmail } from '../../kernel/text/address.js';
import type { Sealed } from '../../kernel/crypto/seal.js';
import type { Kernel } from '../../kernel/feature.js';
import { Links } from '../../kernel/access/link.js';
import type { MailLimits } from '../../kernel/outbox/mail-limits.js';
import { anonymous } from '../../kernel/access/viewer.js';
import type { Origin, Viewer } from '../../kernel/access/viewer.js';
import type { Accounts } from '../account/accounts.js';
import type { Activities } from '../activity/activities.js';
import { passwordLinks } from '../password/passwords.js';
import type { SecondaryEmails } from '../secondary-email/secondary-emails.js';
import { resetMail } from './reset-mail.js';

const purpose = 'reset-password';
const seconds = 30 * 60;
/** An address can be the second one of several accounts. */
const mostAccounts = 5;

export interface ResetRequest {
  /** Stands in the queue only sealed. */
  readonly address: Sealed;
  readonly at: string;
  readonly origin: Origin;
}

interface Target {
  readonly accountId: string;
  /** The address as its owner wrote it, never as it was typed just now. */
  readonly address: string;
  readonly to: 'PRIMARY' | 'SECONDARY';
}

/** Finds out whether anybody has the address, and mails a link. */
export const resetRequested = { name: 'recovery.requested' } as const;

/**
 * Asking for a link to choose a new password. All that differs for a known address happens in a job,
 * so that neither the answer nor its time tells.
 */
export class ResetRequests {
  readonly #links: Links;

  constructor(
    private readonly kernel: Kernel,
    private readonly accounts: Accounts,
    private readonly secondaryEmails: SecondaryEmails,
    private readonly activities: Activities,
    private readonly limits: MailLimits,
  ) {
    this.#links = new Links(kernel.database, kernel.clock);
  }

  async request(viewer: Viewer, typed: string): Promise<void> {
    const { outbox, sealer, clock } = this.kernel;
    const email = parseEmail(typed);
    const { allowed } = await this.limits.takeFrom('reset', viewer.origin);
    if (!email || !allowed) return;
    const request: ResetRequest = {
      address: sealer.seal(email.canonical, resetRequested.name),
      at: clock.now().toISOString(),
      origin: viewer.origin,
    };
    await outbox.add(resetRequested, request);
  }

  async work(request: ResetRequest): Promise<void> {
    const canonical = this.kernel.sealer.open(request.address, resetRequested.name);
    for (const target of await this.#targets(canonical)) {
      if (await this.limits.maySend('reset', target.accountId)) await this.#send(target, request);
    }
  }

  async #targets(canonical: string): Promise<Target[]> {
    const primary = await this.accounts.findByEmail(canonical);
    const owners = await this.secondaryEmails.ownersOf(canonical, mostAccounts);
    const targets = owners
      .filter(({ accountId }) => accountId !== primary?.id)
      .map(({ accountId, email }): Target => ({ accountId, address: email, to: 'SECONDARY' }));
    if (!primary) return targets;
    return [{ accountId: primary.id, address: primary.email, to: 'PRIMARY' }, ...targets];
  }

  async #send({ accountId, address, to }: Target, request: ResetRequest): Promise<void> {
    const { database, mailer, settings } = this.kernel;
    const account = await this.accounts.get(accountId);
    // Whoever made the account chose the address; nobody has shown that it is the person's.
    if (!account.emailVerified) return;
    await database.transaction(async () => {
      const { secret, expiresAt } = await this.#links.issue(
        purpose,
        accountId,
        seconds,
        { to },
        passwordLinks,
      );
      await mailer.queue(
        resetMail({
          siteName: settings.siteName,
          account,
          address,
          link: `${settings.publicUrl}/reset-password?token=${secret}`,
          expiresAt,
          askedFrom: request.origin.address,
        }),
      );
      const actor = anonymous(request.origin);
      const at = new Date(request.at);
      await this.activities.record(actor, accountId, 'password.reset_requested', { to }, at);
    });
  }
}
