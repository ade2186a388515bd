import type { Feature } from '../../kernel/feature.js';
import { Links } from '../../kernel/access/link.js';
import { MailLimits } from '../../kernel/outbox/mail-limits.js';
import { Accounts } from '../account/accounts.js';
import { Activities } from '../activity/activities.js';
import { EmailChanges } from '../email-change/email-changes.js';
import { Passwords } from '../password/passwords.js';
import { SecondaryEmails } from '../secondary-email/secondary-emails.js';
import { OtherCredentials } from '../session/other-credentials.js';
import { Sessions } from '../session/sessions.js';
import { Recoveries } from './recoveries.js';
import { RecoveryResolver } from './recovery.resolver.js';
import { resetRequested, ResetRequests } from './reset-requests.js';
import type { ResetRequest } from './reset-requests.js';

export const recovery: Feature = {
  name: 'recovery',
  resolvers: [RecoveryResolver],
  setUp(kernel, get) {
    const recoveries = new Recoveries(
      kernel,
      get(Accounts),
      get(Passwords),
      get(Sessions),
      get(OtherCredentials),
      get(Activities),
      get(EmailChanges),
      get(SecondaryEmails),
    );
    const requests = new ResetRequests(
      kernel,
      get(Accounts),
      get(SecondaryEmails),
      get(Activities),
      new MailLimits(kernel.rateLimits),
    );
    const links = new Links(kernel.database, kernel.clock);
    return {
      instances: [recoveries, requests, new RecoveryResolver(recoveries, requests)],
      jobs: [
        { ...resetRequested, run: (payload) => requests.work(payload as ResetRequest) },
        { name: 'link.sweep', cron: '57 * * * *', run: () => links.sweep() },
      ],
    };
  },
};
