import type { Feature } from '../../kernel/feature.js';
import { MailLimits } from '../../kernel/mail-limits.js';
import { Accounts } from '../account/accounts.js';
import { Usernames } from '../account/usernames.js';
import { EmailChanges } from '../email-change/email-changes.js';
import { FirstVerifications } from '../email-change/first-verifications.js';
import { Invites } from '../invite/invites.js';
import { Passwords } from '../password/passwords.js';
import { Sites } from '../site/sites.js';
import { EmailVerifications, resendVerification } from './email-verifications.js';
import type { ResendRequest } from './email-verifications.js';
import { mailRegistration, RegistrationMails } from './registration-jobs.js';
import { RegistrationResolver } from './registration.resolver.js';
import { Registrations } from './registrations.js';

export const registration: Feature = {
  name: 'registration',
  resolvers: [RegistrationResolver],
  setUp(kernel, get) {
    const limits = new MailLimits(kernel.rateLimits);
    const registrations = new Registrations(
      kernel,
      get(Sites),
      get(Accounts),
      get(Passwords),
      get(Invites),
      limits,
    );
    get(Usernames).register(registrations);
    const mails = new RegistrationMails(kernel, get(Accounts), limits);
    const verifications = new EmailVerifications(
      kernel,
      registrations,
      mails,
      get(EmailChanges),
      get(FirstVerifications),
      limits,
    );
    return {
      instances: [
        registrations,
        verifications,
        new RegistrationResolver(registrations, verifications),
      ],
      jobs: [
        { ...mailRegistration, run: (payload) => mails.send((payload as { id: string }).id) },
        { ...resendVerification, run: (payload) => verifications.work(payload as ResendRequest) },
        { name: 'registration.sweep', cron: '7 * * * *', run: () => registrations.sweep() },
      ],
    };
  },
};
