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
      personalData: [
        {
          name: 'support-access',
          tables: ['support_access'],
          // What somebody did with it is in the activity.
          export: () => Promise.resolve([]),
          async erase(accountId) {
            await kernel.database.query(
              `update support_access set enabled_by = null, enabled_by_name = null
               where enabled_by = $1`,
              [accountId],
            );
          },
        },
      ],
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
