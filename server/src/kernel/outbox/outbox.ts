import type { Database } from '../database/database.js';
import { prepared } from '../database/prepared.js';

/** Work that happens after the transaction that asked for it was committed; at least once. */
export interface Job<Payload = unknown> {
  readonly name: string;
  /** Runs in a unit of work of its own. A throw is tried again with growing pauses. */
  run(payload: Payload): Promise<void>;
  /** Tries in all; 25 when left out, which is about three days. */
  readonly maxAttempts?: number;
  /** Runs the job by the clock as well, in the form of crontab(5), in UTC, with an empty payload. */
  readonly cron?: string;
  /** Worked apart from all others, so that what is slow here delays nobody else. */
  readonly lane?: Lane;
}

export interface Lane {
  readonly name: string;
  /** Jobs at once on one server. */
  readonly concurrency: number;
}

export interface JobOptions {
  runAt?: Date;
  /** A job that waits under the same key is replaced instead of doubled. */
  key?: string;
  maxAttempts?: number;
  /** Lower ones first among what is due; 0 when left out. */
  priority?: number;
}

export interface JobRequest extends JobOptions {
  name: string;
  payload: unknown;
}

const addSql = prepared(`select count(*) from graphile_worker.add_jobs(array(
  select json_populate_recordset(null::graphile_worker.job_spec, $1::json)))`);

/**
 * Effects that leave the database go through here: the job row stands or falls with the
 * transaction that asked for it, so nothing is lost and nothing is sent for what did not happen.
 */
export class Outbox {
  constructor(private readonly database: Database) {}

  async add<Payload>(
    job: { readonly name: string; readonly maxAttempts?: number },
    payload: Payload,
    options: JobOptions = {},
  ): Promise<void> {
    await this.addAll([{ maxAttempts: job.maxAttempts, ...options, name: job.name, payload }]);
  }

  async addAll(requests: readonly JobRequest[]): Promise<void> {
    if (requests.length === 0) return;
    const specs = requests.map((request) => ({
      identifier: request.name,
      payload: request.payload,
      run_at: request.runAt?.toISOString(),
      max_attempts: request.maxAttempts,
      job_key: request.key,
      priority: request.priority,
    }));
    await this.database.query(addSql, [JSON.stringify(specs)]);
  }
}
