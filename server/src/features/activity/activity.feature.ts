import type { Feature } from '../../kernel/feature.js';
import { Activities } from './activities.js';
import { PersonalActivity } from './personal-activity.js';
import { toldSince } from './retention.js';

export const activity: Feature = {
  name: 'activity',
  setUp(kernel) {
    const personal = new PersonalActivity(kernel.database);
    const forget = async () => {
      while ((await personal.forgetBefore(toldSince(kernel.clock.now()))) > 0);
    };
    return {
      instances: [new Activities(kernel), personal],
      personalData: [personal],
      jobs: [{ name: 'activity.forget', cron: '41 3 * * *', run: forget }],
    };
  },
};
