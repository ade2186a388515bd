import type { Feature } from '../../kernel/feature.js';
import { Accounts } from '../account/accounts.js';
import { Countries } from '../country/countries.js';
import { Passwords } from '../password/passwords.js';
import { Sessions } from '../session/sessions.js';
import { Sites } from '../site/sites.js';
import { UserCreation } from './user-creation.js';
import { userSessionCommands } from './user-session.commands.js';
import { userCommands } from './user.commands.js';
import { UserAdminResolver, UserConnectionResolver, UserResolver } from './user.resolver.js';
import { Users } from './users.js';

export const user: Feature = {
  name: 'user',
  commands: [...userCommands, ...userSessionCommands],
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
    return {
      instances: [
        users,
        creation,
        new UserAdminResolver(users, creation),
        new UserConnectionResolver(users),
        new UserResolver(users, get(Countries)),
      ],
    };
  },
};
