import type { Feature } from '../../kernel/feature.js';
import { Activities } from '../activity/activities.js';
import { EmailChanges } from '../email-change/email-changes.js';
import { SecondaryEmails } from '../secondary-email/secondary-emails.js';
import { OtherCredentials } from '../session/other-credentials.js';
import { Sessions } from '../session/sessions.js';
import { LockDownResolver } from './lock-down.resolver.js';
import { LockDowns } from './lock-downs.js';

export const lockDown: Feature = {
  name: 'lock-down',
  resolvers: [LockDownResolver],
  setUp(kernel, get) {
    const lockDowns = new LockDowns(
      kernel,
      get(Sessions),
      get(OtherCredentials),
      get(EmailChanges),
      get(SecondaryEmails),
      get(Activities),
    );
    return { instances: [lockDowns, new LockDownResolver(lockDowns)] };
  },
};
