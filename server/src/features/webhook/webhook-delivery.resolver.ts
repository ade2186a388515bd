import DataLoader from 'dataloader';
import { Ctx, FieldResolver, Resolver, Root } from 'type-graphql';
import type { Context } from '../../kernel/access/context.js';
import { readWhy } from '../delivery/why.js';
import { messagesOf } from '../notification/notification-types.js';
import type { DeliveryListing, ListedDelivery } from '../delivery-log/delivery-listing.js';
import { deliveryViewOf } from '../delivery-log/delivery.mapper.js';
import { DeliveryView } from '../delivery-log/delivery.view.js';
import { WebhookView } from './webhook.view.js';

type Last = DataLoader<string, ListedDelivery | null>;

/** How it goes with a webhook; of a list one statement for all. */
@Resolver(() => WebhookView)
export class WebhookDeliveryResolver {
  constructor(private readonly listing: DeliveryListing) {}

  @FieldResolver(() => DeliveryView, { nullable: true })
  async lastDelivery(
    @Root() { id }: WebhookView,
    @Ctx() context: Context,
  ): Promise<DeliveryView | null> {
    const row = await this.#lastOf(context).load(id);
    return row && deliveryViewOf(row, context.viewer.locale);
  }

  @FieldResolver(() => String, { nullable: true })
  disabledReason(
    @Root() { disabledReason }: WebhookView,
    @Ctx() { viewer }: Context,
  ): string | null {
    return disabledReason && readWhy(disabledReason, messagesOf[viewer.locale]);
  }

  #lastOf({ loaders }: Context): Last {
    const known = loaders.get(WebhookDeliveryResolver) as Last | undefined;
    if (known) return known;
    const made: Last = new DataLoader(async (ids) => {
      const rows = await this.listing.lastTo(ids);
      const byId = new Map(rows.map((row) => [row.destination_id, row]));
      return ids.map((id) => byId.get(id) ?? null);
    });
    loaders.set(WebhookDeliveryResolver, made);
    return made;
  }
}
