import type { Feature } from '../../kernel/feature.js';
import { Accounts } from '../account/accounts.js';
import { Activities } from '../activity/activities.js';
import { Passwords } from '../password/passwords.js';
import { OtherCredentials } from '../session/other-credentials.js';
import { Sessions } from '../session/sessions.js';
import { Recoveries } from './recoveries.js';
import { RecoveryResolver } from './recovery.resolver.js';

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
    );
    return { instances: [recoveries, new RecoveryResolver(recoveries)] };
  },
};
