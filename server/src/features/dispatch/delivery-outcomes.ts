import type { Kernel } from '../../kernel/feature.js';
import { NotTaken } from '../delivery/channel.js';
import type { Answer, Refused } from '../delivery/channel.js';
import type { Deliveries } from '../delivery/deliveries.js';
import type { DeliveryFailures } from './delivery-failures.js';
import type { DeliveryRow } from './delivery-row.js';
import type { Hold } from './holds.js';
import { pauseAfter } from './schedule.js';
import { writeWhy } from '../delivery/why.js';
import type { Why } from '../delivery/why.js';

const mostTries = 20;
const mostError = 1_000;

export interface Tried {
  readonly number: number;
  readonly at: Date;
  readonly durationMs: number;
  readonly error: unknown;
  readonly answer: Answer | null;
}

/** Notes what came of a try, and with it, in one transaction, what follows from it. */
export class DeliveryOutcomes {
  constructor(
    private readonly kernel: Kernel,
    private readonly deliveries: Deliveries,
    private readonly failures: DeliveryFailures,
  ) {}

  sent(row: DeliveryRow, tried: Tried): Promise<void> {
    const { database, clock } = this.kernel;
    return database.transaction(async () => {
      await this.#noteTry(row.id, tried);
      await database.query(
        `update delivery set status = 'SENT', sent_at = $2, next_attempt_at = null, held = false,
           reason_code = null, reason_text = null where id = $1 or carried_by = $1`,
        [row.id, clock.now()],
      );
      await this.failures.over(row);
    });
  }

  notTaken(row: DeliveryRow, tried: Tried, again = true): Promise<void> {
    const { database, clock } = this.kernel;
    const how: Refused = tried.error instanceof NotTaken ? tried.error.how : {};
    const why = whyOf(tried.error);
    const pause = again ? pauseOf(row, tried, how) : null;
    const next = pause === null ? null : new Date(clock.now().getTime() + pause * 1_000);
    return database.transaction(async () => {
      await this.#noteTry(row.id, tried);
      const off = await this.failures.note(row, how, why);
      const until = off ? null : next;
      await database.query(
        `update delivery set status = $2, next_attempt_at = $3, reason_code = null, reason_text = $4
         where id = $1 or carried_by = $1`,
        [row.id, until ? 'RETRYING' : 'FAILED', until, writeWhy(why)],
      );
      if (until) await this.deliveries.enqueue(row.id, row.channel, { ...row, at: until });
      else if (again) await this.failures.tell(row, why);
    });
  }

  /** It will not be sent; nobody needs to be asked. */
  async suppress(row: DeliveryRow, code: string): Promise<void> {
    await this.kernel.database.query(
      `update delivery set status = 'SUPPRESSED', next_attempt_at = null, held = false,
         reason_code = $2, reason_text = null where id = $1 or carried_by = $1`,
      [row.id, code],
    );
  }

  /** Not a try: it waits, and is looked at again then. */
  putOff(row: DeliveryRow, until: Date, reason: Hold['reason'] | 'paused' | null): Promise<void> {
    return this.kernel.database.transaction(async () => {
      await this.kernel.database.query(
        `update delivery set next_attempt_at = $2, reason_code = coalesce($3, reason_code),
           held = held or $4 where id = $1`,
        [row.id, until, reason, reason === 'quietHours' || reason === 'burst'],
      );
      await this.deliveries.enqueue(row.id, row.channel, { ...row, at: until });
    });
  }

  async #noteTry(id: string, tried: Tried): Promise<void> {
    const { number, at, durationMs, error, answer } = tried;
    await this.kernel.database.query(
      `with noted as (
         insert into delivery_try (delivery_id, number, at, duration_ms, ok, status_code, request, response, error)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
         on conflict do nothing
       )
       delete from delivery_try where delivery_id = $1 and number <= $2 - ${mostTries}`,
      [
        id,
        number,
        at,
        Math.round(durationMs),
        error === null,
        answer?.statusCode ?? null,
        answer?.request ?? null,
        answer?.response ?? null,
        error === null ? null : writeWhy(whyOf(error)),
      ],
    );
  }
}

/** Seconds until the next try; null when there is none. */
function pauseOf(row: DeliveryRow, { number }: Tried, how: Refused): number | null {
  if (how.permanent || how.gone) return null;
  return pauseAfter(row.channel, number - row.attempts_before, how.retryAfter);
}

/** Only what a channel says is for people; a fault is told as one and is in the log. */
function whyOf(error: unknown): Why | string {
  if (!(error instanceof NotTaken)) return { code: 'fault' };
  return typeof error.why === 'string' ? error.why.slice(0, mostError).toWellFormed() : error.why;
}
