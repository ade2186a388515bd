import DataLoader from 'dataloader';
import type { Context } from '../../kernel/access/context.js';
import type { Inboxes } from '../inbox/inboxes.js';
import type { InboxRow } from '../inbox/inbox-row.js';
import type { KnownTypes } from '../notification/known-types.js';
import type { DeliveryListing, ListedDelivery, ListedTry } from './delivery-listing.js';
import { inInbox, switchedOff } from './inbox-delivery.js';

const keptDays = 30;
const optional = ['EMAIL', 'DISCORD', 'SIGNAL'] as const;

/** A notification, as far as its deliveries are found by it. */
export interface Told {
  readonly id: string;
  readonly type: string;
  readonly createdAt: Date;
  readonly activityId: string | null;
}

export interface Loaders {
  readonly tries: DataLoader<string, ListedTry[]>;
  readonly notifications: DataLoader<string, InboxRow | null>;
  readonly ofNotifications: DataLoader<Told, ListedDelivery[], string>;
  readonly ofActivities: DataLoader<string, ListedDelivery[]>;
  /** Names of types, in the reader's language; a type that was removed keeps its key. */
  readonly typeNames: DataLoader<string, string>;
  readonly usernames: DataLoader<string, string>;
}

/** One statement each for all rows of an answer. */
export class DeliveryLoaders {
  constructor(
    private readonly listing: DeliveryListing,
    private readonly inboxes: Inboxes,
    private readonly types: KnownTypes,
    private readonly now: () => Date,
  ) {}

  of({ loaders, viewer }: Context): Loaders {
    const known = loaders.get(DeliveryLoaders) as Loaders | undefined;
    if (known) return known;
    const accountId = viewer.accountId!;
    const made: Loaders = {
      tries: new DataLoader(async (ids) => {
        const byId = Map.groupBy(await this.listing.tries(ids), (row) => row.deliveryId);
        return ids.map((id) => byId.get(id) ?? []);
      }),
      notifications: new DataLoader(async (ids) => {
        const rows = await this.inboxes.rows(accountId, ids);
        const byId = new Map(rows.map((row) => [row.message_id, row]));
        return ids.map((id) => byId.get(id) ?? null);
      }),
      ofNotifications: new DataLoader((all) => this.#ofNotifications(accountId, all), {
        cacheKeyFn: (told) => told.id,
      }),
      ofActivities: new DataLoader(async (ids) => {
        const rows = await this.listing.ofActivities(ids);
        const byId = Map.groupBy(rows, (row) => row.activity_id);
        return ids.map((id) => byId.get(id) ?? []);
      }),
      typeNames: new DataLoader(async (keys) => {
        const known = new Map((await this.types.list()).map((type) => [type.key, type]));
        return keys.map((key) => known.get(key)?.name(viewer.locale) ?? key);
      }),
      usernames: new DataLoader(async (ids) => {
        const names = await this.listing.usernames(ids);
        return ids.map((id) => names.get(id) ?? '');
      }),
    };
    loaders.set(DeliveryLoaders, made);
    return made;
  }

  async #ofNotifications(accountId: string, all: readonly Told[]): Promise<ListedDelivery[][]> {
    const ids = all.map((told) => told.id);
    const activities = all.flatMap((told) => told.activityId ?? []);
    const rows = await this.listing.ofMessages(accountId, ids, activities);
    const unrouted = await this.listing.unrouted(ids);
    const since = this.now().getTime() - keptDays * 86_400_000;
    return all.map(({ id, type, createdAt, activityId }) => {
      const own = rows.filter(
        (row) => row.message_id === id || (activityId !== null && row.activity_id === activityId),
      );
      const isKnown = createdAt.getTime() > since && !unrouted.has(id);
      const off = isKnown
        ? optional.filter((channel) => !own.some((row) => row.channel === channel))
        : [];
      return [
        inInbox(accountId, id, type, createdAt),
        ...own,
        ...off.map((channel) => switchedOff(accountId, id, type, createdAt, channel)),
      ];
    });
  }
}
