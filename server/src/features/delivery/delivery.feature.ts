import type { Feature } from '../../kernel/feature.js';
import { KnownTypes } from '../notification/known-types.js';
import { Notices } from '../notification/notices.js';
import { Channels } from './channels.js';
import { Deliveries } from './deliveries.js';
import { DeliverySweeps } from './delivery-sweeps.js';
import { Destinations } from './destinations.js';
import { PersonalDeliveries } from './personal-deliveries.js';
import { Routes } from './routes.js';

export const delivery: Feature = {
  name: 'delivery',
  setUp(kernel, get) {
    const channels = new Channels();
    const routes = new Routes(kernel, channels, get(KnownTypes));
    get(Notices).carriedBy(routes);
    const sweeps = new DeliverySweeps(kernel, channels);
    return {
      instances: [channels, new Destinations(kernel), new Deliveries(kernel), sweeps],
      personalData: [new PersonalDeliveries(kernel)],
      jobs: [routes.job(), ...sweeps.jobs()],
    };
  },
};
