import type { Feature } from '../../kernel/feature.js';
import { Accounts } from '../account/accounts.js';
import { Activities } from '../activity/activities.js';
import { Destinations } from '../delivery/destinations.js';
import { DeliveryListing } from '../delivery-log/delivery-listing.js';
import { KnownTypes } from '../notification/known-types.js';
import { WebhookDeliveryResolver } from './webhook-delivery.resolver.js';
import { WebhookResolver } from './webhook.resolver.js';
import { Webhooks } from './webhooks.js';

export const webhook: Feature = {
  name: 'webhook',
  resolvers: [WebhookResolver, WebhookDeliveryResolver],
  setUp(kernel, get) {
    const webhooks = new Webhooks(
      kernel,
      get(Accounts),
      get(Destinations),
      get(Activities),
      get(KnownTypes),
    );
    return {
      instances: [
        webhooks,
        new WebhookResolver(webhooks),
        new WebhookDeliveryResolver(get(DeliveryListing)),
      ],
    };
  },
};
