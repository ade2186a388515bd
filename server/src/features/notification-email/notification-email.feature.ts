import type { Feature } from '../../kernel/feature.js';
import { MailLimits } from '../../kernel/outbox/mail-limits.js';
import { Accounts } from '../account/accounts.js';
import { Activities } from '../activity/activities.js';
import { OtherCredentials } from '../session/other-credentials.js';
import { NotificationEmailResolver } from './notification-email.resolver.js';
import { NotificationEmails } from './notification-emails.js';
import { PersonalEmails } from './personal-emails.js';

export const notificationEmail: Feature = {
  name: 'notification-email',
  resolvers: [NotificationEmailResolver],
  setUp(kernel, get) {
    const limits = new MailLimits(kernel.rateLimits);
    const emails = new NotificationEmails(kernel, get(Accounts), get(Activities), limits);
    const ended = (accountId: string) => emails.dropPending(accountId);
    get(OtherCredentials).register('notificationEmails', ended);
    return {
      instances: [emails, new NotificationEmailResolver(emails)],
      personalData: [new PersonalEmails(kernel)],
      jobs: [{ name: 'notification_email.sweep', cron: '53 * * * *', run: () => emails.sweep() }],
    };
  },
};
