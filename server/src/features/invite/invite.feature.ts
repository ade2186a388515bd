import type { Feature } from '../../kernel/feature.js';
import { Accounts } from '../account/accounts.js';
import { Activities } from '../activity/activities.js';
import { Sessions } from '../session/sessions.js';
import { inviteCommands } from './invite.commands.js';
import { InviteResolver } from './invite.resolver.js';
import { Invites } from './invites.js';
import { personalInvites } from './personal-invites.js';

export const invite: Feature = {
  name: 'invite',
  commands: inviteCommands,
  resolvers: [InviteResolver],
  setUp(kernel, get) {
    const invites = new Invites(kernel, get(Accounts), get(Sessions), get(Activities));
    return {
      personalData: [personalInvites(kernel.database)],
      instances: [invites, new InviteResolver(invites)],
      jobs: [{ name: 'invite.sweep', cron: '27 * * * *', run: () => invites.sweep() }],
    };
  },
};
