import type { Feature } from '../../kernel/feature.js';
import { InboxChanges } from './inbox-changes.js';
import { InboxFeed } from './inbox-feed.js';
import { InboxLiveResolver } from './inbox-live.resolver.js';
import { InboxResolver } from './inbox.resolver.js';
import { Inboxes } from './inboxes.js';
import { Triage, wakeSnoozed } from './triage.js';
import { TriageResolver } from './triage.resolver.js';

export const inbox: Feature = {
  name: 'inbox',
  resolvers: [InboxResolver, TriageResolver, InboxLiveResolver],
  setUp(kernel) {
    const inboxes = new Inboxes(kernel);
    const triage = new Triage(kernel, inboxes);
    const feed = new InboxFeed(kernel, new InboxChanges(kernel));
    return {
      instances: [
        inboxes,
        triage,
        feed,
        new InboxResolver(inboxes),
        new TriageResolver(triage),
        new InboxLiveResolver(),
      ],
      jobs: [{ ...wakeSnoozed, cron: '* * * * *', run: () => triage.wake() }],
    };
  },
};
