import type { Kernel } from '../../kernel/feature.js';
import { requireSession } from '../../kernel/access/viewer.js';
import type { Viewer } from '../../kernel/access/viewer.js';
import type { Activities } from '../activity/activities.js';
import type { EmailChanges } from '../email-change/email-changes.js';
import type { SecondaryEmails } from '../secondary-email/secondary-emails.js';
import type { OtherCredentials } from '../session/other-credentials.js';
import type { OpenedSession, Sessions } from '../session/sessions.js';

/** How much was taken away. */
export interface LockDownReport {
  readonly sessionsEnded: number;
  readonly tokensRevoked: number;
  readonly apiKeysRevoked: number;
}

/**
 * For somebody who fears that another is in: all that lets anybody in but this browser ends at once.
 * It only takes away, so it asks for no proof: a panic must not meet a dialog.
 */
export class LockDowns {
  constructor(
    private readonly kernel: Kernel,
    private readonly sessions: Sessions,
    private readonly others: OtherCredentials,
    private readonly emailChanges: EmailChanges,
    private readonly secondaryEmails: SecondaryEmails,
    private readonly activities: Activities,
  ) {}

  /** @returns also this session's new secret: a copy of its cookie that somebody took is worth nothing. */
  async lockDown(viewer: Viewer): Promise<{ report: LockDownReport; session: OpenedSession }> {
    requireSession(viewer);
    const { accountId, credentialId } = viewer;
    return this.kernel.database.transaction(async () => {
      // Holds the account, so that nobody opens a session or asks for a new address meanwhile.
      const sessions = await this.sessions.endAll(accountId, credentialId);
      const session = await this.sessions.rotate(viewer, { keepFormer: false });
      const { accessTokens = 0, apiKeys = 0 } = await this.others.endAll(accountId, 'lock-down');
      const emailChange = await this.emailChanges.drop(accountId);
      await this.secondaryEmails.dropPending(accountId);
      const told = { sessions, accessTokens, apiKeys, emailChange };
      await this.activities.record(viewer, accountId, 'locked_down', told);
      const report = {
        sessionsEnded: sessions,
        tokensRevoked: accessTokens,
        apiKeysRevoked: apiKeys,
      };
      return { report, session };
    });
  }
}
