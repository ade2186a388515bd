import type { Feature } from '../../kernel/feature.js';
import { Channels } from '../delivery/channels.js';
import { Deliveries } from '../delivery/deliveries.js';
import { Destinations } from '../delivery/destinations.js';
import { KnownTypes } from '../notification/known-types.js';
import type { NotificationType } from '../notification/notification-types.js';
import { Notices } from '../notification/notices.js';
import { readWhy } from '../delivery/why.js';
import { DeliveryFailures } from './delivery-failures.js';
import { DeliveryOutcomes } from './delivery-outcomes.js';
import { DeliveryTries } from './delivery-tries.js';
import { Holds } from './holds.js';
import { LateAlerts } from './late-alerts.js';
import { Turns } from './turns.js';

const failing: NotificationType = {
  key: 'delivery.failing',
  category: 'account',
  severity: 'WARNING',
  needs: ['channel', 'target', 'reason'],
  channels: ['IN_APP', 'EMAIL'],
  text(messages, data) {
    const told = {
      channel: data['channel']!,
      target: data['target']!,
      reason: readWhy(data['why'] ?? data['reason']!, messages),
      alert: data['alert'] ?? '',
    };
    if (told.alert) {
      return {
        title: messages['notification.alertFailing.title'](told),
        body: messages['notification.alertFailing.body'](told),
      };
    }
    return {
      title: messages['notification.deliveryFailing.title'](told),
      body: messages['notification.deliveryFailing.body'](told),
    };
  },
};

export const dispatch: Feature = {
  name: 'dispatch',
  notificationTypes: [failing],
  setUp(kernel, get) {
    const destinations = get(Destinations);
    const failures = new DeliveryFailures(kernel, destinations, get(Notices));
    const outcomes = new DeliveryOutcomes(kernel, get(Deliveries), failures);
    const holds = new Holds(kernel);
    const tries = new DeliveryTries({
      kernel,
      channels: get(Channels),
      destinations,
      holds,
      turns: new Turns(kernel),
      outcomes,
      types: get(KnownTypes),
    });
    return {
      instances: [tries],
      jobs: [
        { name: 'burst.sweep', cron: '29 * * * *', run: () => holds.sweep() },
        new LateAlerts(kernel, failures).job(),
      ],
    };
  },
};
