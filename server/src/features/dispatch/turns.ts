import type { Kernel } from '../../kernel/feature.js';
import type { DeliveryRow } from './delivery-row.js';

/** Longer than a request to a webhook can last; after a crash its turn ends by itself. */
const longestMs = 30_000;
const waitMs = 1_000;
/** Of one person's webhooks, so that slow ones leave places of the lane to others. */
const mostOfOne = 4;

/**
 * One request at a time is under way to a webhook, whichever server makes it: a receiver that is slow
 * is not given more to do meanwhile, and takes no more than one place of the lane from others. Nor does
 * a person with many of them take more than a few.
 */
export class Turns {
  constructor(private readonly kernel: Kernel) {}

  /** @returns when to come again; null: it is this one's turn */
  async take(row: DeliveryRow): Promise<Date | null> {
    if (row.channel !== 'WEBHOOK' || row.destination_id === null) return null;
    const { database, clock } = this.kernel;
    const now = clock.now();
    const taken = await database.transaction(async () => {
      await database.query(`select pg_advisory_xact_lock(hashtextextended('turn:' || $1, 0))`, [
        row.account_id,
      ]);
      return database.query(
        `update destination set busy_until = $2
         where id = $1 and (busy_until is null or busy_until <= $3 or busy_until > $2)
           and ${mostOfOne} > (select count(*) from destination other where other.account_id = $4
             and other.id <> $1 and other.busy_until > $3 and other.busy_until <= $5) returning 1`,
        [
          row.destination_id,
          new Date(now.getTime() + longestMs),
          now,
          row.account_id,
          // Whoever took its turn meanwhile, or by a clock that is ahead, counts as well.
          new Date(now.getTime() + 2 * longestMs),
        ],
      );
    });
    // Those that wait come again one after the other, not all at once.
    return taken.length > 0 ? null : new Date(now.getTime() + waitMs * (1 + Math.random()));
  }

  async end(row: DeliveryRow): Promise<void> {
    if (row.channel !== 'WEBHOOK' || row.destination_id === null) return;
    await this.kernel.database.query('update destination set busy_until = null where id = $1', [
      row.destination_id,
    ]);
  }
}
