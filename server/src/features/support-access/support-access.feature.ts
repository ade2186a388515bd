import type { Feature } from '../../kernel/feature.js';
import { Activities } from '../activity/activities.js';
import { Sessions } from '../session/sessions.js';
import { supportAccessCommands } from './support-access.commands.js';
import { SupportAccessResolver } from './support-access.resolver.js';
import { endSupportAccess, supportAccessChecked, SupportAccesses } from './support-accesses.js';
import { SupportFeed } from './support-feed.js';

export const supportAccess: Feature = {
  name: 'support-access',
  commands: supportAccessCommands,
  resolvers: [SupportAccessResolver],
  setUp(kernel, get) {
    const accesses = new SupportAccesses(kernel, get(Sessions), get(Activities));
    const feed = new SupportFeed(kernel, accesses);
    return {
      instances: [accesses, feed, new SupportAccessResolver(accesses)],
      jobs: [
        { ...endSupportAccess, run: () => accesses.expire() },
        // What a crash left, and windows whose job was lost with a restored backup.
        {
          name: 'support_access.check',
          cron: '* * * * *',
          run: () => kernel.live.publish(supportAccessChecked, {}),
        },
      ],
    };
  },
};
