import type { Feature } from '../../kernel/feature.js';
import { Accounts } from '../account/accounts.js';
import { Activities } from '../activity/activities.js';
import { Factors } from '../factor/factors.js';
import { Sessions } from '../session/sessions.js';
import { Sites } from '../site/sites.js';
import { PasswordSchema } from './password.entity.js';
import { PasswordResolver } from './password.resolver.js';
import { Passwords } from './passwords.js';

export const password: Feature = {
  name: 'password',
  entities: [PasswordSchema],
  resolvers: [PasswordResolver],
  setUp(kernel, get) {
    const passwords = new Passwords(
      kernel,
      get(Sites),
      get(Accounts),
      get(Sessions),
      get(Activities),
    );
    get(Factors).register({
      name: 'password',
      strength: 1,
      demands: 1,
      // One for a single use whose time is over lets nobody in.
      has: async (accountId) => {
        const held = await passwords.find(accountId);
        return held !== null && (held.oneTimeUntil ?? Infinity) > kernel.clock.now();
      },
      prove: (viewer, _accountId, plain) => passwords.prove(viewer, plain),
    });
    return { instances: [passwords, new PasswordResolver(passwords)] };
  },
};
