import { Ctx, FieldResolver, Resolver, Root } from 'type-graphql';
import type { Context } from '../../kernel/access/context.js';
import { isId } from '../../kernel/id.js';
import { ActivityView } from '../audit/audit.view.js';
import { NotificationView } from '../inbox/inbox.view.js';
import { DeliveryLoaders } from './delivery-loaders.js';
import { deliveryViewOf } from './delivery.mapper.js';
import { DeliveryView } from './delivery.view.js';

@Resolver(() => NotificationView)
export class NotificationDeliveriesResolver {
  constructor(private readonly loaders: DeliveryLoaders) {}

  @FieldResolver(() => [DeliveryView], {
    description: 'Every channel it was meant for, what happened there and why.',
  })
  async deliveries(
    @Root() { id, type, createdAt, data }: NotificationView,
    @Ctx() context: Context,
  ): Promise<DeliveryView[]> {
    const activityId = (data as { activityId?: unknown } | null)?.activityId;
    const rows = await this.loaders.of(context).ofNotifications.load({
      id,
      type,
      createdAt: new Date(createdAt),
      activityId: typeof activityId === 'string' && isId(activityId) ? activityId : null,
    });
    return rows.map((row) => deliveryViewOf(row, context.viewer.locale));
  }
}

@Resolver(() => ActivityView)
export class ActivityDeliveriesResolver {
  constructor(private readonly loaders: DeliveryLoaders) {}

  @FieldResolver(() => [DeliveryView])
  async deliveries(@Root() { id }: ActivityView, @Ctx() context: Context): Promise<DeliveryView[]> {
    const rows = await this.loaders.of(context).ofActivities.load(id);
    return rows.map((row) => deliveryViewOf(row, context.viewer.locale));
  }
}
