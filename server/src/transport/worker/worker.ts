import { parseCronItems, run } from 'graphile-worker';
import type { Runner, TaskList } from 'graphile-worker';
import pg from 'pg';
import type { Log } from '../../kernel/log.js';
import type { Job } from '../../kernel/outbox.js';
import { queueLogger } from '../../kernel/queue-log.js';

const concurrency = 4;
const restartMs = 1_000;

export interface WorkerParts {
  readonly databaseUrl: string;
  readonly jobs: readonly Job[];
  readonly unitOfWork: <T>(work: () => Promise<T>) => Promise<T>;
  readonly log: Log;
}

/**
 * Works the queue, each job in a unit of work of its own. When the database goes away it starts
 * again until it is back.
 */
export class Worker {
  readonly #pool: pg.Pool;
  #runner: Runner | null = null;
  #closed = false;
  #restart: NodeJS.Timeout | null = null;

  constructor(private readonly parts: WorkerParts) {
    this.#pool = new pg.Pool({
      connectionString: parts.databaseUrl,
      max: concurrency + 2,
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
    const { jobs, unitOfWork, log } = this.parts;
    const tasks: TaskList = {};
    for (const job of jobs) {
      if (tasks[job.name]) throw new Error(`Two jobs are called ${job.name}`);
      tasks[job.name] = (payload) => unitOfWork(() => job.run(payload));
    }
    this.#runner = await run({
      pgPool: this.#pool,
      concurrency,
      noHandleSignals: true,
      pollInterval: 2_000,
      taskList: tasks,
      parsedCronItems: parseCronItems(
        jobs
          .filter((job) => job.cron !== undefined)
          .map((job) => ({ task: job.name, match: job.cron!, identifier: job.name })),
      ),
      logger: queueLogger(log),
    });
    this.#runner.promise.then(
      () => this.#closed || this.#again(),
      (error: unknown) => {
        if (this.#closed) return;
        log.warn({ err: error }, 'the queue stopped and starts again');
        this.#again();
      },
    );
  }

  async close(): Promise<void> {
    this.#closed = true;
    if (this.#restart) clearTimeout(this.#restart);
    // A runner that has stopped by itself refuses to be stopped.
    await this.#runner?.stop().catch(() => {});
    await this.#pool.end();
  }

  #again(): void {
    this.#restart = setTimeout(() => {
      this.open().catch(() => this.#closed || this.#again());
    }, restartMs);
  }
}
