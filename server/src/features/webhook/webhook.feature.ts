import type { Feature } from '../../kernel/feature.js';
import { Accounts } from '../account/accounts.js';
import { Activities } from '../activity/activities.js';
import { Destinations } from '../delivery/destinations.js';
import { KnownTypes } from '../notification/known-types.js';
import { WebhookResolver } from './webhook.resolver.js';
import { Webhooks } from './webhooks.js';

export const webhook: Feature = {
  name: 'webhook',
  resolvers: [WebhookResolver],
  setUp(kernel, get) {
    const webhooks = new Webhooks(
      kernel,
      get(Accounts),
      get(Destinations),
      get(Activities),
      get(KnownTypes),
    );
    return { instances: [webhooks, new WebhookResolver(webhooks)] };
  },
};
