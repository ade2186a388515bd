import { Arg, Ctx, ID, Mutation, Resolver } from 'type-graphql';
import { Access } from '../../kernel/access/access.js';
import type { Context } from '../../kernel/access/context.js';
import { DateTime } from '../../kernel/schema/scalars.js';
import type { Viewer } from '../../kernel/access/viewer.js';
import { notificationViewOf } from './inbox.mapper.js';
import { InboxStateView } from './inbox.view.js';
import { Triage } from './triage.js';
import type { InboxState } from './triage.js';

const scope = 'NOTIFICATIONS_WRITE';
const ids = () => [ID];

@Resolver()
export class TriageResolver {
  constructor(private readonly triage: Triage) {}

  @Access({ scope })
  @Mutation(() => InboxStateView)
  markRead(@Ctx() { viewer }: Context, @Arg('ids', ids) list: string[]): Promise<InboxStateView> {
    return told(viewer, this.triage.act(viewer, 'read', list));
  }

  @Access({ scope })
  @Mutation(() => InboxStateView)
  markUnread(@Ctx() { viewer }: Context, @Arg('ids', ids) list: string[]): Promise<InboxStateView> {
    return told(viewer, this.triage.act(viewer, 'unread', list));
  }

  @Access({ scope })
  @Mutation(() => InboxStateView)
  dismiss(@Ctx() { viewer }: Context, @Arg('ids', ids) list: string[]): Promise<InboxStateView> {
    return told(viewer, this.triage.act(viewer, 'dismiss', list));
  }

  @Access({ scope })
  @Mutation(() => InboxStateView, { description: 'Undo of dismiss.' })
  restore(@Ctx() { viewer }: Context, @Arg('ids', ids) list: string[]): Promise<InboxStateView> {
    return told(viewer, this.triage.act(viewer, 'restore', list));
  }

  @Access({ scope })
  @Mutation(() => InboxStateView, {
    description: 'Everything that existed when the call was made; later arrivals stay unread.',
  })
  markAllRead(
    @Ctx() { viewer }: Context,
    @Arg('category', () => String, { nullable: true }) category: string | null,
  ): Promise<InboxStateView> {
    return told(viewer, this.triage.markAllRead(viewer, category));
  }

  @Access({ scope })
  @Mutation(() => InboxStateView, {
    description:
      'Hides until the time (1 minute to 90 days ahead), then it comes back unread, as new.',
  })
  snooze(
    @Ctx() { viewer }: Context,
    @Arg('ids', ids) list: string[],
    @Arg('until', () => DateTime) until: Date,
  ): Promise<InboxStateView> {
    return told(viewer, this.triage.snooze(viewer, list, until));
  }

  @Access({ scope })
  @Mutation(() => InboxStateView)
  unsnooze(@Ctx() { viewer }: Context, @Arg('ids', ids) list: string[]): Promise<InboxStateView> {
    return told(viewer, this.triage.act(viewer, 'unsnooze', list));
  }
}

async function told(viewer: Viewer, state: Promise<InboxState>): Promise<InboxStateView> {
  const { unreadCount, changed } = await state;
  return { unreadCount, changed: changed.map((row) => notificationViewOf(row, viewer.locale)) };
}
