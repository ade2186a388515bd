import type { Feature } from '../../kernel/feature.js';
import { Activities } from './activities.js';
import { PersonalActivity } from './personal-activity.js';
import { toldSince } from './retention.js';
import { Seals } from './seals.js';

export const activity: Feature = {
  name: 'activity',
  setUp(kernel) {
    const personal = new PersonalActivity(kernel.database);
    const seals = new Seals(kernel);
    const forget = async () => {
      while ((await personal.forgetBefore(toldSince(kernel.clock.now()))) > 0);
    };
    return {
      instances: [new Activities(kernel), personal, seals],
      personalData: [personal],
      jobs: [
        { name: 'activity.seal', cron: '* * * * *', run: async () => void (await seals.sealAll()) },
        { name: 'activity.forget', cron: '41 3 * * *', run: forget },
      ],
    };
  },
};
