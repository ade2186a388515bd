import type { Feature } from '../../kernel/feature.js';
import { Activities } from '../activity/activities.js';
import { Channels } from '../delivery/channels.js';
import { Idempotency } from '../notification/idempotency.js';
import { Notices } from '../notification/notices.js';
import { broadcastCommands } from './broadcast.commands.js';
import { BroadcastPreviews } from './broadcast-previews.js';
import { BroadcastResolver } from './broadcast.resolver.js';
import { Broadcasts } from './broadcasts.js';

export const broadcast: Feature = {
  name: 'broadcast',
  commands: broadcastCommands,
  resolvers: [BroadcastResolver],
  setUp(kernel, get) {
    const broadcasts = new Broadcasts(kernel, get(Notices), get(Idempotency), get(Activities));
    const previews = new BroadcastPreviews(kernel, get(Channels));
    return { instances: [broadcasts, new BroadcastResolver(broadcasts, previews)] };
  },
};
