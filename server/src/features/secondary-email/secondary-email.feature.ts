import type { Feature } from '../../kernel/feature.js';
import { personalTables } from '../../kernel/personal-data.js';
import { MailLimits } from '../../kernel/outbox/mail-limits.js';
import { Accounts } from '../account/accounts.js';
import { Activities } from '../activity/activities.js';
import { Sessions } from '../session/sessions.js';
import { SecondaryEmailResolver } from './secondary-email.resolver.js';
import { SecondaryEmails } from './secondary-emails.js';

export const secondaryEmail: Feature = {
  name: 'secondary-email',
  resolvers: [SecondaryEmailResolver],
  setUp(kernel, get) {
    const limits = new MailLimits(kernel.rateLimits);
    const emails = new SecondaryEmails(
      kernel,
      get(Accounts),
      get(Sessions),
      get(Activities),
      limits,
    );
    return {
      personalData: [
        personalTables(kernel.database, 'secondary-email', {
          secondary_email: 'email, pending_email',
        }),
      ],
      instances: [emails, new SecondaryEmailResolver(emails)],
      jobs: [{ name: 'secondary_email.sweep', cron: '47 * * * *', run: () => emails.sweep() }],
    };
  },
};
