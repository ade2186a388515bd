import type { Feature } from '../../kernel/feature.js';
import { Accounts } from '../account/accounts.js';
import { Activities } from '../activity/activities.js';
import { Channels } from '../delivery/channels.js';
import { Destinations } from '../delivery/destinations.js';
import { SignalNumbers } from './signal-numbers.js';
import { SignalResolver } from './signal.resolver.js';

export const signal: Feature = {
  name: 'signal',
  resolvers: [SignalResolver],
  setUp(kernel, get) {
    const numbers = new SignalNumbers(
      kernel,
      get(Accounts),
      get(Channels),
      get(Destinations),
      get(Activities),
    );
    return {
      instances: [numbers, new SignalResolver(numbers)],
      jobs: [{ name: 'signal_code.sweep', cron: '17 * * * *', run: () => numbers.sweep() }],
    };
  },
};
