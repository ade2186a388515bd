import type { Feature } from '../../kernel/feature.js';
import { Activities } from '../activity/activities.js';
import { Channels } from '../delivery/channels.js';
import { Deliveries } from '../delivery/deliveries.js';
import { Destinations } from '../delivery/destinations.js';
import { DeliveryTries } from '../dispatch/delivery-tries.js';
import { Inboxes } from '../inbox/inboxes.js';
import { KnownTypes } from '../notification/known-types.js';
import { Notices } from '../notification/notices.js';
import { ChannelTests } from './channel-tests.js';
import { DeliveryFigures } from './delivery-figures.js';
import { DeliveryListing } from './delivery-listing.js';
import { DeliveryLoaders } from './delivery-loaders.js';
import { deliveryCommands } from './delivery.commands.js';
import {
  AdminDeliveriesResolver,
  DeliveryResolver,
  SettingsDeliveriesResolver,
} from './delivery.resolver.js';
import { Redeliveries } from './redeliveries.js';
import { ActivityDeliveriesResolver, NotificationDeliveriesResolver } from './told.resolver.js';

export const deliveryLog: Feature = {
  name: 'delivery-log',
  commands: deliveryCommands,
  resolvers: [
    SettingsDeliveriesResolver,
    AdminDeliveriesResolver,
    DeliveryResolver,
    NotificationDeliveriesResolver,
    ActivityDeliveriesResolver,
  ],
  setUp(kernel, get) {
    const listing = new DeliveryListing(kernel);
    const loaders = new DeliveryLoaders(listing, get(Inboxes), get(KnownTypes), () =>
      kernel.clock.now(),
    );
    const deliveries = get(Deliveries);
    const redeliveries = new Redeliveries(kernel, listing, deliveries, get(Activities));
    const tests = new ChannelTests({
      kernel,
      channels: get(Channels),
      destinations: get(Destinations),
      tries: get(DeliveryTries),
      listing,
      notices: get(Notices),
    });
    return {
      instances: [
        new DeliveryFigures(kernel),
        listing,
        redeliveries,
        tests,
        new SettingsDeliveriesResolver(listing, redeliveries, tests),
        new AdminDeliveriesResolver(listing, redeliveries),
        new DeliveryResolver(loaders),
        new NotificationDeliveriesResolver(loaders),
        new ActivityDeliveriesResolver(loaders),
      ],
    };
  },
};
