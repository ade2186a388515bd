import type { Feature } from '../../kernel/feature.js';
import { Accounts } from '../account/accounts.js';
import { EmitResolver } from './emit.resolver.js';
import { EmittedEvents } from './emitted-events.js';
import { Idempotency } from './idempotency.js';
import { Notices } from './notices.js';
import { personalNotifications } from './personal-notifications.js';

export const notification: Feature = {
  name: 'notification',
  resolvers: [EmitResolver],
  setUp(kernel, get) {
    const notices = new Notices(kernel);
    const idempotency = new Idempotency(kernel);
    const events = new EmittedEvents(kernel, get(Accounts), notices, idempotency);
    return {
      personalData: [personalNotifications(kernel.database)],
      instances: [notices, idempotency, events, new EmitResolver(events)],
      jobs: [{ name: 'idempotency.sweep', cron: '41 3 * * *', run: () => idempotency.sweep() }],
    };
  },
};
