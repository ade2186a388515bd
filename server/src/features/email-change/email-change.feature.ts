import type { Feature } from '../../kernel/feature.js';
import { MailLimits } from '../../kernel/outbox/mail-limits.js';
import { Accounts } from '../account/accounts.js';
import { Activities } from '../activity/activities.js';
import { Sessions } from '../session/sessions.js';
import { EmailChangeResolver } from './email-change.resolver.js';
import { EmailChanges, mailEmailChange } from './email-changes.js';
import { FirstVerifications } from './first-verifications.js';
import { personalEmailChanges } from './personal-email-changes.js';

export const emailChange: Feature = {
  name: 'email-change',
  resolvers: [EmailChangeResolver],
  setUp(kernel, get) {
    const [accounts, activities] = [get(Accounts), get(Activities)];
    const limits = new MailLimits(kernel.rateLimits);
    const changes = new EmailChanges(kernel, accounts, get(Sessions), activities, limits);
    const firsts = new FirstVerifications(kernel, accounts, activities, limits);
    return {
      personalData: [personalEmailChanges(kernel.database)],
      instances: [changes, firsts, new EmailChangeResolver(changes)],
      jobs: [
        {
          ...mailEmailChange,
          run: (payload) => changes.mail((payload as { accountId: string }).accountId),
        },
        { name: 'email_change.sweep', cron: '37 * * * *', run: () => changes.sweep() },
      ],
    };
  },
};
