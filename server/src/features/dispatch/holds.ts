import type { Kernel } from '../../kernel/feature.js';
import type { DeliveryRow } from './delivery-row.js';
import { quietUntil } from './quiet-hours.js';

const burstSeconds = 60;
/** What wakes its reader. */
const alerts = new Set(['account.security', 'support.access_changed']);
/** Named one by one in the one message that leaves for all. */
const mostCarried = 200;

export interface Hold {
  readonly until: Date;
  /** Of `delivery.reason`. */
  readonly reason: 'quietHours' | 'burst';
}

/**
 * What keeps a message for a while: its reader's quiet hours, and others of its kind a moment ago.
 * Both are looked at when it is about to leave, so that what was changed meanwhile counts. Programs
 * do not sleep and read each event, so webhooks are never kept.
 */
export class Holds {
  constructor(private readonly kernel: Kernel) {}

  async find(row: DeliveryRow): Promise<Hold | null> {
    if (row.channel === 'WEBHOOK' || row.message_id === null || row.essential) return null;
    const now = this.kernel.clock.now();
    const passes = row.severity === 'CRITICAL' || alerts.has(row.type);
    if (row.quiet_from !== null && row.quiet_to !== null && !passes) {
      const until = quietUntil(now, row.time_zone, { from: row.quiet_from, to: row.quiet_to });
      if (until) return { until, reason: 'quietHours' };
    }
    // What was held has done its waiting; what is tried again was the first of its burst.
    return row.held || row.attempts > row.attempts_before ? null : this.#burst(row, now);
  }

  /** The first of a type opens the window and passes, also when it comes again after a crash. */
  async #burst(row: DeliveryRow, now: Date): Promise<Hold | null> {
    const end = new Date(now.getTime() + burstSeconds * 1_000);
    const [window] = await this.kernel.database.query<{ opened_by: string; until: Date }>(
      `insert into burst as b (account_id, type, channel, opened_by, until) values ($1, $2, $3, $4, $5)
       on conflict (account_id, type, channel) do update
         set opened_by = case when b.until <= $6 then excluded.opened_by else b.opened_by end,
           until = case when b.until <= $6 then excluded.until else b.until end
       returning opened_by, until`,
      [row.account_id, row.type, row.channel, row.id, end, now],
    );
    return window!.opened_by === row.id ? null : { until: window!.until, reason: 'burst' };
  }

  /**
   * Takes along what was held beside it and is due. One of those that are due at once takes the
   * others; the others find themselves taken.
   * @returns false when it was taken itself
   */
  async gather(row: DeliveryRow): Promise<boolean> {
    if (!row.held) return true;
    const { database, clock } = this.kernel;
    return database.transaction(async () => {
      await database.query('select pg_advisory_xact_lock(hashtextextended($1, 0))', [
        `delivery:${row.account_id}:${row.type}:${row.channel}`,
      ]);
      const [own] = await database.query<{ free: boolean }>(
        'select carried_by is null and next_attempt_at is not null as free from delivery where id = $1',
        [row.id],
      );
      if (!own?.free) return false;
      await database.query(
        `update delivery set carried_by = $1 where id in (
           select id from delivery where account_id = $2 and type = $3 and channel = $4 and held
             and status = 'PENDING' and carried_by is null and id <> $1 and next_attempt_at <= $5
           order by created_at limit ${mostCarried})`,
        [row.id, row.account_id, row.type, row.channel, clock.now()],
      );
      return true;
    });
  }

  async sweep(): Promise<void> {
    await this.kernel.database.query('delete from burst where until < $1', [
      this.kernel.clock.now(),
    ]);
  }
}
