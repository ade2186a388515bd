import {
  Arg,
  Args,
  ArgsType,
  Ctx,
  Extensions,
  Field,
  FieldResolver,
  ID,
  Int,
  Mutation,
  Resolver,
  Root,
} from 'type-graphql';
import { Access } from '../../kernel/access/access.js';
import type { Context } from '../../kernel/access/context.js';
import { Channel } from '../../kernel/schema/enums.js';
import { DateTime } from '../../kernel/schema/scalars.js';
import { readWhy } from '../delivery/why.js';
import { notificationViewOf } from '../inbox/inbox.mapper.js';
import { NotificationView } from '../inbox/inbox.view.js';
import { messagesOf } from '../notification/notification-types.js';
import { NotificationSettingsView } from '../notification-setting/notification-setting.view.js';
import { AdminView } from '../permission/admin.view.js';
import { ChannelTests } from './channel-tests.js';
import { DeliveryListing } from './delivery-listing.js';
import { DeliveryLoaders } from './delivery-loaders.js';
import { deliveryViewOf } from './delivery.mapper.js';
import {
  DeliveryConnectionView,
  DeliveryStatus,
  DeliveryTryView,
  DeliveryView,
} from './delivery.view.js';
import { Redeliveries } from './redeliveries.js';

@ArgsType()
class DeliveryArgs {
  @Field(() => Int, { defaultValue: 20 })
  first!: number;

  @Field(() => String, { nullable: true })
  after?: string | null;

  @Field(() => Channel, { nullable: true })
  channel?: keyof typeof Channel | null;

  @Field(() => DeliveryStatus, { nullable: true })
  status?: keyof typeof DeliveryStatus | null;
}

@ArgsType()
class OwnDeliveryArgs extends DeliveryArgs {
  @Field(() => ID, { nullable: true })
  webhookId?: string | null;

  @Field(() => String, { nullable: true })
  type?: string | null;
}

@ArgsType()
class AdminDeliveryArgs extends DeliveryArgs {
  @Field(() => String, { nullable: true })
  username?: string | null;

  @Field(() => DateTime, { nullable: true })
  since?: Date | null;
}

@Resolver(() => NotificationSettingsView)
export class SettingsDeliveriesResolver {
  constructor(
    private readonly listing: DeliveryListing,
    private readonly redeliveries: Redeliveries,
    private readonly tests: ChannelTests,
  ) {}

  @FieldResolver(() => DeliveryConnectionView, {
    description: 'What was sent where, and how it went: newest first.',
  })
  async deliveries(
    @Root() settings: NotificationSettingsView,
    @Ctx() { viewer }: Context,
    @Args(() => OwnDeliveryArgs) args: OwnDeliveryArgs,
  ): Promise<DeliveryConnectionView> {
    const { nodes, pageInfo } = await this.listing.page(settings.accountId, args);
    return { nodes: nodes.map((row) => deliveryViewOf(row, viewer.locale)), pageInfo };
  }

  @Access({ scope: 'NOTIFICATIONS_WRITE' })
  @Mutation(() => DeliveryView)
  async redeliver(
    @Ctx() { viewer }: Context,
    @Arg('deliveryId', () => ID) deliveryId: string,
  ): Promise<DeliveryView> {
    return deliveryViewOf(await this.redeliveries.redeliver(viewer, deliveryId), viewer.locale);
  }

  @Access({ scope: 'NOTIFICATIONS_WRITE' })
  @Mutation(() => DeliveryView, {
    description: 'Sends a test message through one channel, and answers with what happened.',
  })
  async testChannel(
    @Ctx() { viewer }: Context,
    @Arg('channel', () => Channel) channel: keyof typeof Channel,
    @Arg('webhookId', () => ID, { nullable: true }) webhookId: string | null,
  ): Promise<DeliveryView> {
    const row = await this.tests.send(viewer, channel, webhookId ?? null);
    return deliveryViewOf(row, viewer.locale);
  }
}

@Resolver(() => AdminView)
export class AdminDeliveriesResolver {
  constructor(
    private readonly listing: DeliveryListing,
    private readonly redeliveries: Redeliveries,
  ) {}

  @Access({ scope: 'ADMIN', permission: 'admin.notifications' })
  @FieldResolver(() => DeliveryConnectionView, { description: 'Permission admin.notifications.' })
  async deliveries(
    @Ctx() { viewer }: Context,
    @Args(() => AdminDeliveryArgs) args: AdminDeliveryArgs,
  ): Promise<DeliveryConnectionView> {
    const { nodes, pageInfo } = await this.listing.adminPage(viewer, args);
    return { nodes: nodes.map((row) => deliveryViewOf(row, viewer.locale)), pageInfo };
  }

  @Access({ scope: 'ADMIN', permission: 'admin.notifications' })
  @Mutation(() => Int, {
    description: 'Permission admin.notifications. How many were queued again.',
  })
  redeliverFailed(
    @Ctx() { viewer }: Context,
    @Arg('since', () => DateTime) since: Date,
    @Arg('channel', () => Channel, { nullable: true }) channel: keyof typeof Channel | null,
  ): Promise<number> {
    return this.redeliveries.redeliverFailed(viewer, since, channel ?? null);
  }
}

@Resolver(() => DeliveryView)
export class DeliveryResolver {
  constructor(private readonly loaders: DeliveryLoaders) {}

  /** Only its reader's own: an administrator sees that and how it went, not what was said. */
  @FieldResolver(() => NotificationView, { nullable: true })
  async notification(
    @Root() { accountId, messageId }: DeliveryView,
    @Ctx() context: Context,
  ): Promise<NotificationView | null> {
    if (messageId === null || accountId !== context.viewer.accountId) return null;
    const row = await this.loaders.of(context).notifications.load(messageId);
    return row && notificationViewOf(row, context.viewer.locale);
  }

  @FieldResolver(() => String, { description: 'Name of the type, in the reader’s language.' })
  typeTitle(@Root() { type }: DeliveryView, @Ctx() context: Context): Promise<string> {
    return this.loaders.of(context).typeNames.load(type);
  }

  @FieldResolver(() => String, { description: 'Whose it is.' })
  username(@Root() { accountId }: DeliveryView, @Ctx() context: Context): Promise<string> {
    return this.loaders.of(context).usernames.load(accountId);
  }

  // Each may hold 20 KiB of what was asked and answered.
  @Extensions({ mostRows: 20 })
  @FieldResolver(() => [DeliveryTryView], { description: 'Newest first, at most 20.' })
  async tries(
    @Root() { id, accountId, channel }: DeliveryView,
    @Ctx() context: Context,
  ): Promise<DeliveryTryView[]> {
    if (channel === 'IN_APP' || id.includes('.')) return [];
    const rows = await this.loaders.of(context).tries.load(id);
    const isOwn = accountId === context.viewer.accountId;
    const messages = messagesOf[context.viewer.locale];
    return rows.map((row) => ({
      ...row,
      error: row.error === null ? null : readWhy(row.error, messages),
      request: isOwn ? row.request : null,
    }));
  }
}
