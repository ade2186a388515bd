import type { Feature } from '../../kernel/feature.js';
import { Activities } from '../activity/activities.js';
import { Administrators } from '../permission/administrators.js';
import { Sessions } from '../session/sessions.js';
import { Sites } from '../site/sites.js';
import { Policies } from './policies.js';
import { policyCommands } from './policy.commands.js';
import { PolicyResolver } from './policy.resolver.js';

export const policy: Feature = {
  name: 'policy',
  commands: policyCommands,
  resolvers: [PolicyResolver],
  setUp(kernel, get) {
    const policies = new Policies(
      kernel,
      get(Sites),
      get(Administrators),
      get(Sessions),
      get(Activities),
    );
    return { instances: [policies, new PolicyResolver(policies)] };
  },
};
