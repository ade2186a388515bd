import { createUnionType, Field, ID, Int, ObjectType, registerEnumType } from 'type-graphql';
import { Severity } from '../../kernel/schema/enums.js';
import { JsonValue } from '../../kernel/json.js';
import { PageInfo } from '../../kernel/page/page.view.js';
import { DateTime } from '../../kernel/schema/scalars.js';

export const InboxFilter = {
  ALL: 'ALL',
  UNREAD: 'UNREAD',
  SNOOZED: 'SNOOZED',
  DISMISSED: 'DISMISSED',
} as const;
registerEnumType(InboxFilter, {
  name: 'InboxFilter',
  description: 'ALL leaves out what is dismissed or snoozed.',
});

export const InboxChange = {
  READ: 'READ',
  UNREAD: 'UNREAD',
  DISMISSED: 'DISMISSED',
  RESTORED: 'RESTORED',
  SNOOZED: 'SNOOZED',
  UNSNOOZED: 'UNSNOOZED',
} as const;
registerEnumType(InboxChange, { name: 'InboxChange' });

@ObjectType('Notification', { simpleResolvers: true })
export class NotificationView {
  @Field(() => ID)
  id!: string;

  @Field(() => String)
  type!: string;

  @Field(() => Severity)
  severity!: keyof typeof Severity;

  @Field(() => String)
  title!: string;

  @Field(() => String)
  body!: string;

  @Field(() => String, { nullable: true })
  url!: string | null;

  @Field(() => JsonValue)
  data!: unknown;

  @Field(() => DateTime)
  createdAt!: string;

  @Field(() => DateTime, { nullable: true })
  readAt!: string | null;

  @Field(() => DateTime, { nullable: true })
  dismissedAt!: string | null;

  @Field(() => DateTime, { nullable: true })
  snoozedUntil!: string | null;
}

@ObjectType('NotificationConnection')
export class NotificationConnectionView {
  @Field(() => [NotificationView])
  nodes!: NotificationView[];

  @Field(() => PageInfo)
  pageInfo!: PageInfo;

  @Field(() => Int)
  unreadCount!: number;

  @Field(() => String, {
    description:
      'Where the live stream stood when this page was read, also for an empty inbox: goes to Subscription.inbox as `after`.',
  })
  position!: string;
}

@ObjectType('InboxState', {
  description:
    'State after the call, for optimistic clients. `changed` holds the rows of the given ids (at most 100 a call; unknown and foreign ids are left out); markAllRead leaves it empty.',
})
export class InboxStateView {
  @Field(() => Int)
  unreadCount!: number;

  @Field(() => [NotificationView])
  changed!: NotificationView[];
}

@ObjectType('NotificationAdded', { simpleResolvers: true })
class NotificationAddedView {
  @Field(() => NotificationView)
  notification!: NotificationView;

  @Field(() => Int)
  unreadCount!: number;

  @Field(() => String)
  position!: string;
}

@ObjectType('NotificationsChanged', {
  simpleResolvers: true,
  description:
    'Read, unread, dismissed or restored, here or in another tab or device. `ids` null means all.',
})
class NotificationsChangedView {
  @Field(() => InboxChange)
  change!: keyof typeof InboxChange;

  @Field(() => [ID], { nullable: true })
  ids!: string[] | null;

  @Field(() => Int)
  unreadCount!: number;

  @Field(() => String)
  position!: string;
}

@ObjectType('InboxReset', {
  simpleResolvers: true,
  description:
    '`after` is unknown, older than 24 hours, or more than 500 rows changed since: read the first page again.',
})
class InboxResetView {
  @Field(() => Int)
  unreadCount!: number;

  @Field(() => String)
  position!: string;
}

export const InboxEvent = createUnionType({
  name: 'InboxEvent',
  types: () => [NotificationAddedView, NotificationsChangedView, InboxResetView] as const,
  resolveType: (event) => {
    if ('notification' in event) return NotificationAddedView;
    return 'change' in event ? NotificationsChangedView : InboxResetView;
  },
});
