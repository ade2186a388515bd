import type { Feature } from '../../kernel/feature.js';
import { Accounts } from '../account/accounts.js';
import { Activities } from '../activity/activities.js';
import { Notices } from '../notification/notices.js';
import { Users } from '../user/users.js';
import { AffectedUsers } from '../user-change/affected-users.js';
import { LimitFeed } from './limit-feed.js';
import { limitCommands } from './limit.commands.js';
import { LimitLiveResolver, LimitResolver, UserLimitResolver } from './limit.resolver.js';
import { Limits } from './limits.js';
import { personalLimits } from './personal-limits.js';
import { Warnings } from './warnings.js';

export const limit: Feature = {
  name: 'limit',
  commands: limitCommands,
  resolvers: [LimitResolver, LimitLiveResolver, UserLimitResolver],
  setUp(kernel, get) {
    const warnings = new Warnings(get(Notices));
    const limits = new Limits(
      kernel,
      get(Accounts),
      get(Users),
      get(AffectedUsers),
      get(Activities),
      warnings,
    );
    return {
      instances: [
        warnings,
        limits,
        new LimitFeed(kernel, limits),
        new LimitResolver(limits),
        new LimitLiveResolver(),
        new UserLimitResolver(limits),
      ],
      personalData: [personalLimits(kernel.database)],
    };
  },
};
