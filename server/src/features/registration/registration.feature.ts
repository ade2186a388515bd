import type { Feature } from '../../kernel/feature.js';
import { MailLimits } from '../../kernel/outbox/mail-limits.js';
import { Accounts } from '../account/accounts.js';
import { Usernames } from '../account/usernames.js';
import { EmailChanges } from '../email-change/email-changes.js';
import { FirstVerifications } from '../email-change/first-verifications.js';
import { Invites } from '../invite/invites.js';
import { Passwords } from '../password/passwords.js';
import { Sites } from '../site/sites.js';
import { EmailVerifications, resendVerification } from './email-verifications.js';
import type { ResendRequest } from './email-verifications.js';
import { personalRegistrations } from './personal-registrations.js';
import { mailRegistration, RegistrationMailing } from './registration-mailing.js';
import { RegistrationResolver } from './registration.resolver.js';
import { Registrations } from './registrations.js';
import { WaitingList } from './waiting-list.js';

export const registration: Feature = {
  name: 'registration',
  resolvers: [RegistrationResolver],
  setUp(kernel, get) {
    const limits = new MailLimits(kernel.rateLimits);
    const waiting = new WaitingList(kernel);
    get(Usernames).register(waiting);
    const registrations = new Registrations(
      kernel,
      waiting,
      get(Sites),
      get(Accounts),
      get(Passwords),
      get(Invites),
      limits,
    );
    const mailing = new RegistrationMailing(kernel, waiting, get(Accounts), limits);
    const verifications = new EmailVerifications(
      kernel,
      registrations,
      waiting,
      mailing,
      get(EmailChanges),
      get(FirstVerifications),
      limits,
    );
    return {
      personalData: [personalRegistrations(kernel.database)],
      instances: [
        registrations,
        verifications,
        new RegistrationResolver(registrations, verifications),
      ],
      jobs: [
        { ...mailRegistration, run: (payload) => mailing.send((payload as { id: string }).id) },
        { ...resendVerification, run: (payload) => verifications.work(payload as ResendRequest) },
        { name: 'registration.sweep', cron: '7 * * * *', run: () => waiting.sweep() },
      ],
    };
  },
};
