import { parseCronItems, run } from 'graphile-worker';
import type { Runner, TaskList } from 'graphile-worker';
import { SpanKind } from '@opentelemetry/api';
import pg from 'pg';
import type { Log } from '../../kernel/log/log.js';
import type { Job, Lane } from '../../kernel/outbox/outbox.js';
import { queueLogger } from '../../kernel/log/queue-log.js';
import { traced } from '../../kernel/log/tracing.js';
import { AbandonedJobs } from './abandoned-jobs.js';

const mainLane: Lane = { name: 'main', concurrency: 4 };
const restartMs = 1_000;
export interface WorkerParts {
  readonly databaseUrl: string;
  readonly jobs: readonly Job[];
  readonly unitOfWork: <T>(work: () => Promise<T>) => Promise<T>;
  readonly log: Log;
}

/**
 * Works the queue, each job in a unit of work of its own, and each lane apart from the others: what
 * hangs in one keeps no other waiting. When the database goes away it starts again until it is back.
 */
export class Worker {
  readonly #pool: pg.Pool;
  readonly #lanes: readonly (readonly Job[])[];
  #runners: Runner[] = [];
  #closed = false;
  readonly #restarts = new Set<NodeJS.Timeout>();
  readonly #abandoned: AbandonedJobs;

  constructor(private readonly parts: WorkerParts) {
    this.#lanes = lanesOf(parts.jobs);
    this.#abandoned = new AbandonedJobs(parts.databaseUrl, parts.log);
    this.#pool = new pg.Pool({
      connectionString: parts.databaseUrl,
      // For each of the largest lane's jobs, which are fetched and completed here, and one for each
      // lane, which listens. What jobs themselves ask has the connections of requests.
      max: Math.max(...this.#lanes.map(concurrencyOf)) + this.#lanes.length,
      connectionTimeoutMillis: 5_000,
    });
    // Once closed, the database may end a connection sooner than the pool does.
    const lost = (error: unknown) =>
      this.#closed || parts.log.warn({ err: error }, 'queue connection lost');
    this.#pool.on('error', lost);
    // Also while a job holds the connection, when the pool does not listen.
    this.#pool.on('connect', (client) => client.on('error', lost));
  }

  async open(): Promise<void> {
    const names = new Set<string>();
    for (const { name } of this.parts.jobs) {
      if (names.has(name)) throw new Error(`Two jobs are called ${name}`);
      names.add(name);
    }
    for (const lane of this.#lanes) await this.#run(lane);
    this.#abandoned.open();
  }

  async close(): Promise<void> {
    this.#closed = true;
    for (const restart of this.#restarts) clearTimeout(restart);
    // A runner that has stopped by itself refuses to be stopped.
    await Promise.all(this.#runners.map((runner) => runner.stop().catch(() => {})));
    await this.#abandoned.close();
    await this.#pool.end();
  }

  async #run(jobs: readonly Job[]): Promise<void> {
    const { unitOfWork, log } = this.parts;
    const tasks: TaskList = {};
    for (const job of jobs) {
      tasks[job.name] = (payload) =>
        traced(job.name, { kind: SpanKind.CONSUMER }, () => unitOfWork(() => job.run(payload)));
    }
    const timed = jobs.filter((job) => job.cron !== undefined);
    const runner = await run({
      pgPool: this.#pool,
      events: this.#abandoned.events,
      concurrency: concurrencyOf(jobs),
      noHandleSignals: true,
      pollInterval: 2_000,
      taskList: tasks,
      parsedCronItems: parseCronItems(
        timed.map((job) => ({ task: job.name, match: job.cron!, identifier: job.name })),
      ),
      logger: queueLogger(log),
      // One by one, an end that could not be noted would be nobody's to catch, and end the process.
      preset: { worker: { completeJobBatchDelay: 0, failJobBatchDelay: 0 } },
    });
    this.#runners.push(runner);
    if (this.#closed) await runner.stop();
    runner.promise.then(
      () => this.#closed || this.#again(runner, jobs),
      (error: unknown) => {
        if (this.#closed) return;
        log.warn({ err: error }, 'the queue stopped and starts again');
        this.#again(runner, jobs);
      },
    );
  }

  #again(stopped: Runner | null, jobs: readonly Job[]): void {
    this.#runners = this.#runners.filter((runner) => runner !== stopped);
    const restart = setTimeout(() => {
      this.#restarts.delete(restart);
      this.#run(jobs).catch(() => this.#closed || this.#again(null, jobs));
    }, restartMs);
    this.#restarts.add(restart);
  }
}

const concurrencyOf = (jobs: readonly Job[]) => (jobs[0]!.lane ?? mainLane).concurrency;

/** At least the main one. @returns the jobs of each lane */
function lanesOf(jobs: readonly Job[]): (readonly Job[])[] {
  const nameOf = (job: Job) => (job.lane ?? mainLane).name;
  return [...Map.groupBy(jobs, nameOf).values()];
}
