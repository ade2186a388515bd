import type { Feature } from '../../kernel/feature.js';
import { Accounts } from '../account/accounts.js';
import { Idempotency } from '../notification/idempotency.js';
import { KnownTypes } from '../notification/known-types.js';
import { Notices } from '../notification/notices.js';
import { EmittedEvents } from './emitted-events.js';
import { EventResolver } from './event.resolver.js';

export const event: Feature = {
  name: 'event',
  resolvers: [EventResolver],
  setUp(kernel, get) {
    const events = new EmittedEvents(
      kernel,
      get(Accounts),
      get(KnownTypes),
      get(Notices),
      get(Idempotency),
    );
    return { instances: [events, new EventResolver(events)] };
  },
};
