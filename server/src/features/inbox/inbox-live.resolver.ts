import { Arg, Ctx, Int, Resolver, Root, Subscription } from 'type-graphql';
import { Access } from '../../kernel/access/access.js';
import type { Context } from '../../kernel/access/context.js';
import { Same } from '../../kernel/access/same-for.js';
import type { InboxEventData } from './inbox-changes.js';
import { InboxFeed } from './inbox-feed.js';
import { notificationViewOf } from './inbox.mapper.js';
import { InboxChange, InboxEvent } from './inbox.view.js';

type Given = { context: Context; args: { after?: string | null } };

@Resolver()
export class InboxLiveResolver {
  @Access({ scope: 'NOTIFICATIONS_READ' })
  @Same(({ locale }) => locale)
  @Subscription(() => InboxEvent, {
    description:
      "Everything that happens in the caller's inbox, as it happens, with the unread count after it. `after` is a `position` (of a first page, or of the last event seen): what was added or changed since is sent first, each row once in its present state, oldest first; without it only what happens from now on. The socket is closed within a second when its session or token ends (4401) or its account is disabled or its address is no longer allowed (4403); a subscription whose right ends gets an error FORBIDDEN and completes.",
    subscribe: ({ context, args }: Given) =>
      context.get(InboxFeed).events(context.viewer, args.after ?? null),
  })
  inbox(
    @Root() event: InboxEventData,
    @Ctx() { viewer }: Context,
    @Arg('after', () => String, { nullable: true }) _after: string | null,
  ): typeof InboxEvent {
    const { unreadCount, position } = event;
    if ('row' in event) {
      return { notification: notificationViewOf(event.row, viewer.locale), unreadCount, position };
    }
    if ('reset' in event) return { unreadCount, position };
    return {
      change: event.change as keyof typeof InboxChange,
      ids: [...event.ids],
      unreadCount,
      position,
    };
  }

  @Access({ scope: 'NOTIFICATIONS_READ' })
  @Subscription(() => Int, {
    description: 'The unread count: at once, then on every change.',
    subscribe: ({ context }: Given) => context.get(InboxFeed).unreadCounts(context.viewer),
  })
  unreadCount(@Root() count: number): number {
    return count;
  }
}
