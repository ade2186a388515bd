import type { Feature } from '../../kernel/feature.js';
import { Accounts } from '../account/accounts.js';
import { Activities } from '../activity/activities.js';
import { Channels } from '../delivery/channels.js';
import { Destinations } from '../delivery/destinations.js';
import { DiscordDestinations } from './discord-destinations.js';
import { DiscordResolver } from './discord.resolver.js';

export const discord: Feature = {
  name: 'discord',
  resolvers: [DiscordResolver],
  setUp(kernel, get) {
    const destinations = new DiscordDestinations(
      kernel,
      get(Accounts),
      get(Channels),
      get(Destinations),
      get(Activities),
    );
    return { instances: [destinations, new DiscordResolver(destinations)] };
  },
};
