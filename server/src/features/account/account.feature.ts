import type { Feature } from '../../kernel/feature.js';
import { Activities } from '../activity/activities.js';
import { AccountSchema } from './account.entity.js';
import { AccountResolver } from './account.resolver.js';
import { Accounts } from './accounts.js';

export const account: Feature = {
  name: 'account',
  entities: [AccountSchema],
  resolvers: [AccountResolver],
  setUp(kernel, get) {
    const accounts = new Accounts(kernel, get(Activities));
    return { instances: [accounts, new AccountResolver(accounts)] };
  },
};
