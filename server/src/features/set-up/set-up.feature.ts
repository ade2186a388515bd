import type { Feature } from '../../kernel/feature.js';
import { Accounts } from '../account/accounts.js';
import { Passwords } from '../password/passwords.js';
import { SignInCompletion } from '../session/sign-in-completion.js';
import { Sites } from '../site/sites.js';
import { SetUpResolver } from './set-up.resolver.js';
import { SiteSetUp } from './site-set-up.js';

export const setUp: Feature = {
  name: 'set-up',
  resolvers: [SetUpResolver],
  setUp(kernel, get) {
    const siteSetUp = new SiteSetUp(
      kernel,
      get(Sites),
      get(Accounts),
      get(Passwords),
      get(SignInCompletion),
    );
    return { instances: [siteSetUp, new SetUpResolver(siteSetUp)] };
  },
};
