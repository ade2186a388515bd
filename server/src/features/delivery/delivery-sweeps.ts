import type { Kernel } from '../../kernel/feature.js';
import type { Job } from '../../kernel/outbox/outbox.js';
import type { Channels } from './channels.js';
import { jobOf } from './deliveries.js';
import { routeMany } from './routes.js';

const keptDays = 30;
const batch = 2_000;
/** A job that was just done has its successor in the same transaction; this is no race, only calm. */
const graceSeconds = 60;

/** Puts right what fell between, and takes away what is old. */
export class DeliverySweeps {
  constructor(
    private readonly kernel: Kernel,
    private readonly channels: Channels,
  ) {}

  jobs(): Job[] {
    return [
      { name: 'delivery.recover', cron: '* * * * *', run: () => this.recover() },
      { name: 'delivery.sweep', cron: '17 3 * * *', run: () => this.sweep() },
    ];
  }

  /** Whatever is due has a job, or is given one; what has a successor is no job any more. */
  async recover(): Promise<void> {
    const { database, clock, log } = this.kernel;
    await this.#clear();
    const [found] = await database.query<{ count: number }>(
      `with lost as (
         select d.id, d.channel, d.essential from delivery d
         where d.next_attempt_at < $1::timestamptz - ${graceSeconds} * interval '1 second'
           and d.carried_by is null and not exists (
             select from graphile_worker.jobs j where j.key = 'delivery:' || d.id
               and (j.attempts < j.max_attempts or j.locked_at is not null))
         order by d.next_attempt_at limit ${batch}
       ), specs as (
         select array_agg(json_populate_record(null::graphile_worker.job_spec, json_build_object(
           'identifier', 'delivery.' || channel, 'payload', json_build_object('id', id),
           'job_key', 'delivery:' || id, 'priority', case when essential then -10 else 0 end))) as specs
         from lost
       )
       select count(*)::int from specs, graphile_worker.add_jobs(specs.specs) where specs.specs is not null`,
      [clock.now()],
    );
    if (found!.count > 0)
      log.warn({ count: found!.count }, 'deliveries without a job were queued again');
  }

  /**
   * A job that adds its successor hands it its key and is never tried again. Its server takes it
   * away; one that was killed in between leaves it, where it would look like work that was given up.
   */
  async #clear(): Promise<void> {
    const names = [routeMany.name, ...this.channels.all.map(({ name }) => jobOf(name))];
    await this.kernel.database.query(
      `select count(*) from graphile_worker.complete_jobs(array(
         select id from graphile_worker.jobs where task_identifier = any($1)
           and key is null and attempts >= max_attempts and locked_at is null limit ${batch}))`,
      [names],
    );
  }

  async sweep(): Promise<void> {
    const { database, clock } = this.kernel;
    for (;;) {
      const gone = await database.query(
        `delete from delivery where id in (
           select id from delivery where created_at < $1::timestamptz - ${keptDays} * interval '1 day'
             and next_attempt_at is null order by created_at limit ${batch}) returning id`,
        [clock.now()],
      );
      if (gone.length < batch) return;
    }
  }
}
