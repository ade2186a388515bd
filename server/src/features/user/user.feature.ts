import type { Feature } from '../../kernel/feature.js';
import { Accounts } from '../account/accounts.js';
import { Activities } from '../activity/activities.js';
import { Countries } from '../country/countries.js';
import { Passwords } from '../password/passwords.js';
import { Sessions } from '../session/sessions.js';
import { Sites } from '../site/sites.js';
import { TotpEnrolments } from '../totp/totp-enrolments.js';
import { UserCreation } from './user-creation.js';
import { UserTwoFactor } from './user-two-factor.js';
import { userCommands } from './user.commands.js';
import { UserAdminResolver, UserConnectionResolver, UserResolver } from './user.resolver.js';
import { Users } from './users.js';

export const user: Feature = {
  name: 'user',
  commands: userCommands,
  resolvers: [UserAdminResolver, UserConnectionResolver, UserResolver],
  setUp(kernel, get) {
    const users = new Users(kernel, get(Sites));
    const creation = new UserCreation(
      kernel,
      get(Accounts),
      get(Sessions),
      get(Passwords),
      users,
      get(Sites),
    );
    const twoFactor = new UserTwoFactor(
      kernel,
      users,
      get(TotpEnrolments),
      get(Sessions),
      get(Activities),
    );
    return {
      instances: [
        users,
        creation,
        twoFactor,
        new UserAdminResolver(users, creation, twoFactor),
        new UserConnectionResolver(users),
        new UserResolver(users, get(Countries)),
      ],
    };
  },
};
