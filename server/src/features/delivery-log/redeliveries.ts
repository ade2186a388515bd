import type { Channel } from '../../kernel/schema/enums.js';
import { refuse } from '../../kernel/errors.js';
import type { Kernel } from '../../kernel/feature.js';
import { limitKey } from '../../kernel/access/rate-limit.js';
import { requireAccount, requirePermission } from '../../kernel/access/viewer.js';
import type { Viewer } from '../../kernel/access/viewer.js';
import type { Activities } from '../activity/activities.js';
import type { ChannelName } from '../delivery/channel.js';
import type { Deliveries } from '../delivery/deliveries.js';
import type { DeliveryListing, ListedDelivery } from './delivery-listing.js';

const permission = 'admin.notifications';
const perHour = { most: 100, seconds: 3_600 };

/** What begins anew: the same id, and the schedule from its start. Takes the way that is set up by now. */
const again = `status = 'PENDING', next_attempt_at = $1, sent_at = null, attempts_before = d.attempts,
  held = false, carried_by = null, reason_code = null, reason_text = null`;

/** Sending again by hand what was given up. */
export class Redeliveries {
  constructor(
    private readonly kernel: Kernel,
    private readonly listing: DeliveryListing,
    private readonly deliveries: Deliveries,
    private readonly activities: Activities,
  ) {}

  /** @throws NOT_FOUND field `deliveryId`, also for somebody else's; CONFLICT while it waits for its first try */
  async redeliver(viewer: Viewer, id: string): Promise<ListedDelivery> {
    const own = viewer.kind === 'session' || viewer.kind === 'token';
    if (own) requireAccount(viewer);
    const row = await this.listing.find(id);
    const isOwn = row !== null && row.account_id === viewer.accountId;
    if (!row || (!isOwn && own && !viewer.permissions.has(permission))) {
      refuse('NOT_FOUND', 'There is no such delivery.', { field: 'deliveryId' });
    }
    if (!isOwn) requirePermission(viewer, permission);
    await this.#requireRoom(viewer);
    const { database, clock } = this.kernel;
    const now = clock.now();
    return database.transaction(async () => {
      const [begun] = await database.query<{ essential: boolean }>(
        `update delivery d set ${again}, destination_id = coalesce(d.destination_id, (
           select t.id from destination t where t.account_id = d.account_id and t.channel = d.channel
             and t.disabled_at is null and d.channel <> 'WEBHOOK' and not exists (
               select from delivery o where o.message_id = d.message_id and o.destination_id = t.id)
           order by t.rank limit 1))
         where d.id = $2 and d.status <> 'PENDING' returning d.essential`,
        [now, id],
      );
      if (!begun) {
        refuse('CONFLICT', 'This is on its way already.', { field: 'deliveryId' });
      }
      await this.deliveries.enqueue(id, row.channel as ChannelName, begun);
      if (!isOwn) {
        const { channel, type } = row;
        await this.activities.record(viewer, row.account_id, 'delivery.redelivered', {
          channel,
          type,
        });
      }
      return (await this.listing.find(id))!;
    });
  }

  /** @returns how many were queued again */
  async redeliverFailed(
    viewer: Viewer,
    since: Date,
    channel: keyof typeof Channel | null,
  ): Promise<number> {
    requirePermission(viewer, permission);
    const { database, clock } = this.kernel;
    return database.transaction(async () => {
      const [queued] = await database.query<{ count: number }>(
        `with begun as (
           update delivery d set ${again}
           where d.status = 'FAILED' and d.created_at >= $2 and ($3::text is null or d.channel = $3)
           returning d.id, d.channel, d.essential
         ), specs as (
           select array_agg(json_populate_record(null::graphile_worker.job_spec, json_build_object(
             'identifier', 'delivery.' || channel, 'payload', json_build_object('id', id),
             'job_key', 'delivery:' || id, 'priority', case when essential then -10 else 5 end))) as specs
           from begun
         )
         select count(*)::int from specs, graphile_worker.add_jobs(specs.specs) where specs.specs is not null`,
        [clock.now(), since, channel],
      );
      const { count } = queued!;
      const told = { count, channel, since: since.toISOString() };
      await this.activities.record(viewer, viewer.accountId, 'delivery.redelivered', told);
      return count;
    });
  }

  async #requireRoom(viewer: Viewer): Promise<void> {
    if (viewer.accountId === null) return;
    const key = limitKey('redeliver', viewer.accountId);
    const taken = await this.kernel.rateLimits.takeWindow(key, perHour);
    if (taken.allowed) return;
    const { retryAfter } = taken;
    refuse('RATE_LIMITED', `Too many at once. Wait ${retryAfter} seconds.`, { retryAfter });
  }
}
