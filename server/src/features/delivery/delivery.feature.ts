import type { Feature } from '../../kernel/feature.js';
import { Channels } from './channels.js';
import { Deliveries } from './deliveries.js';
import { DeliveryOutcomes } from './delivery-outcomes.js';
import { DeliveryTries } from './delivery-tries.js';
import { Destinations } from './destinations.js';

export const delivery: Feature = {
  name: 'delivery',
  setUp(kernel) {
    const channels = new Channels();
    const destinations = new Destinations(kernel);
    const deliveries = new Deliveries(kernel);
    const outcomes = new DeliveryOutcomes(kernel, deliveries);
    const tries = new DeliveryTries({ kernel, channels, destinations, outcomes });
    return { instances: [channels, destinations, deliveries, tries] };
  },
};
