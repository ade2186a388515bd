import type { Feature } from '../../kernel/feature.js';
import { builtIn } from './built-in-types.js';
import { Idempotency } from './idempotency.js';
import { KnownTypes } from './known-types.js';
import { Notices } from './notices.js';
import { personalNotifications } from './personal-notifications.js';
import { Retention } from './retention.js';

export const notification: Feature = {
  name: 'notification',
  notificationTypes: builtIn,
  setUp(kernel) {
    const types = new KnownTypes(kernel);
    const notices = new Notices(kernel, types);
    const idempotency = new Idempotency(kernel);
    const retention = new Retention(kernel);
    return {
      personalData: [personalNotifications(kernel.database)],
      instances: [types, notices, idempotency],
      jobs: [
        { name: 'idempotency.sweep', cron: '41 3 * * *', run: () => idempotency.sweep() },
        { name: 'notification.sweep', cron: '11 4 * * *', run: () => retention.sweep() },
      ],
    };
  },
};
