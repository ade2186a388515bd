import type { Feature } from '../../kernel/feature.js';
import { Activities } from '../activity/activities.js';
import { Sessions } from '../session/sessions.js';
import { SignInCompletion } from '../session/sign-in-completion.js';
import { IpAllowlistResolver } from './ip-allowlist.resolver.js';
import { PersonalAllowlist } from './personal-allowlist.js';
import { IpAllowlists, revertIpAllowlist } from './ip-allowlists.js';

export const addressRule: Feature = {
  name: 'address-rule',
  resolvers: [IpAllowlistResolver],
  setUp(kernel, get) {
    const lists = new IpAllowlists(kernel, get(Sessions), get(Activities));
    get(SignInCompletion).register(lists);
    return {
      instances: [lists, new IpAllowlistResolver(lists)],
      personalData: [new PersonalAllowlist(kernel.database)],
      jobs: [
        {
          ...revertIpAllowlist,
          run: (payload) => lists.revert((payload as { accountId: string }).accountId),
        },
      ],
    };
  },
};
