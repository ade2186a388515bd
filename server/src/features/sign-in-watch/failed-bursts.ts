import { randomUUID } from 'node:crypto';
import type { Kernel } from '../../kernel/feature.js';
import { prepared } from '../../kernel/database/prepared.js';
import { limitKey } from '../../kernel/access/rate-limit.js';
import { anonymous } from '../../kernel/access/viewer.js';
import type { Origin } from '../../kernel/access/viewer.js';
import type { Activities } from '../activity/activities.js';
import type { PasswordWitness } from '../password/password-witness.js';
import type { Tried } from '../password/password-tries.js';

/** Tells the owner of a burst; queued for names that are nobody's as well, and does nothing there. */
export const tellBurst = { name: 'sign_in_watch.burst' } as const;

const perDay = { most: 4, seconds: 86_400 };

export interface Burst {
  readonly id: string;
  readonly key: string;
  readonly accountId: string | null;
  readonly at: string;
  readonly origin: Origin;
  readonly attempts: number;
  readonly minutes: number;
}

// $1 key, $2 account, $3 now, $4 this try, $5 where from. One statement, so that of many at once one
// reaches the threshold; and outside of the caller's transaction, since a refused try counts too.
const countSql = prepared(`
  with policy as (
    select failed_sign_in_threshold::integer as threshold,
      failed_sign_in_window_minutes::integer as minutes,
      make_interval(mins => failed_sign_in_window_minutes) as span from site
  ), counted as (
    insert into failed_sign_in as f (key, account_id, times, told, due, last_at)
    select $1, $2::uuid, array[$3::timestamptz], threshold <= 1,
      case when threshold <= 1 then array[$4::uuid] else '{}' end, $3::timestamptz from policy
    on conflict (key) do update set (times, told, due, last_at) = (
      select now.times, now.told or now.reached,
        case when now.reached and not now.told then f.due || $4::uuid else f.due end,
        greatest(f.last_at, $3::timestamptz)
      from policy, lateral (
        -- After one window without a failure a new burst begins.
        select f.told and f.last_at > $3::timestamptz - span as told,
          array(select t from unnest(f.times || $3::timestamptz) t
            where t > $3::timestamptz - span order by t desc limit threshold) as times
      ) kept, lateral (
        select kept.times, kept.told, cardinality(kept.times) >= threshold as reached
      ) now)
    returning f.key, f.account_id, $4::uuid = any (f.due) as reached
  )
  select graphile_worker.add_job('${tellBurst.name}', json_build_object('id', $4::uuid, 'key', key,
    'accountId', account_id, 'at', $3::timestamptz, 'origin', $5::json, 'attempts', threshold,
    'minutes', minutes))
  from counted, policy where reached`);

/**
 * Wrong passwords in a row. A burst is told once, when it reaches the site's threshold, and ends with
 * a successful sign-in (sign-in-memory.ts) or after one window without a failure.
 */
export class FailedBursts implements PasswordWitness {
  constructor(
    private readonly kernel: Kernel,
    private readonly activities: Activities,
  ) {}

  /** Costs the same for a name that is nobody's. */
  async failed(tried: Tried, origin: Origin): Promise<void> {
    const { database, clock } = this.kernel;
    const accountId = 'accountId' in tried ? tried.accountId : null;
    await database.queryApart(countSql, [
      burstKey(tried),
      accountId,
      clock.now(),
      randomUUID(),
      JSON.stringify(origin),
    ]);
  }

  /** Always seen in the activity; told at most four times a day. For the job, which may run twice. */
  async tell(burst: Burst): Promise<void> {
    const { database, rateLimits } = this.kernel;
    const { id, key, accountId, at, origin, attempts, minutes } = burst;
    // Of the day's four none for a job that ran before.
    if (accountId === null || !(await this.#isDue(burst))) return;
    const told = await rateLimits.takeWindow(limitKey('failed-sign-ins', accountId), perDay);
    await database.transaction(async () => {
      const taken = await database.query(
        `update failed_sign_in set due = array_remove(due, $2) where key = $1 and $2 = any (due)
         returning 1`,
        [key, id],
      );
      if (taken.length === 0) return;
      const details = { attempts, minutes, ...(told.allowed ? {} : { told: false }) };
      const nobody = anonymous(origin);
      await this.activities.record(
        nobody,
        accountId,
        'sign_in.failed_repeatedly',
        details,
        new Date(at),
      );
    });
  }

  async #isDue({ id, key, accountId }: Burst): Promise<boolean> {
    const rows = await this.kernel.database.query(
      `select 1 from failed_sign_in where key = $1 and $2 = any (due)
         and exists (select 1 from account where id = $3)`,
      [key, id, accountId],
    );
    return rows.length > 0;
  }

  /** Bursts that are long over. */
  async sweep(): Promise<void> {
    await this.kernel.database.query(
      `delete from failed_sign_in where due = '{}' and last_at < $1::timestamptz - interval '1 day'`,
      [this.kernel.clock.now()],
    );
  }
}

/** Without the name in the table, as nobody's may be somebody's elsewhere. */
export function burstKey(tried: Tried): string {
  return 'accountId' in tried
    ? limitKey('failed', tried.accountId, null)
    : limitKey('failed', null, tried.login);
}
