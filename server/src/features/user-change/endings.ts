import type { EmailChanges } from '../email-change/email-changes.js';
import type { SecondaryEmails } from '../secondary-email/secondary-emails.js';
import type { OtherCredentials } from '../session/other-credentials.js';
import type { Sessions } from '../session/sessions.js';

/** Everything by which somebody is in, or could come back in. */
export class Endings {
  constructor(
    private readonly sessions: Sessions,
    private readonly others: OtherCredentials,
    private readonly emailChanges: EmailChanges,
    private readonly secondaryEmails: SecondaryEmails,
  ) {}

  /** @returns as the log keeps it: sessions as `ended`, other kinds by their name */
  async endAll(accountId: string): Promise<Record<string, number>> {
    const ended = await this.sessions.endAll(accountId, null);
    const others = await this.others.endAll(accountId);
    // Whoever sat in a session may have asked for these, to come back by them.
    await this.emailChanges.drop(accountId);
    await this.secondaryEmails.dropPending(accountId);
    return { ended, ...others };
  }
}
