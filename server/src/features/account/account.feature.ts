import type { Feature } from '../../kernel/feature.js';
import { Activities } from '../activity/activities.js';
import { AccountSchema } from './account.entity.js';
import { AccountResolver } from './account.resolver.js';
import { Accounts } from './accounts.js';
import { personalAccount } from './personal-account.js';
import { Usernames } from './usernames.js';

export const account: Feature = {
  name: 'account',
  entities: [AccountSchema],
  resolvers: [AccountResolver],
  setUp(kernel, get) {
    const usernames = new Usernames(kernel.settings.storageRoot);
    const accounts = new Accounts(kernel, get(Activities), usernames);
    return {
      instances: [usernames, accounts, new AccountResolver(accounts)],
      personalData: [personalAccount(kernel.database)],
    };
  },
};
