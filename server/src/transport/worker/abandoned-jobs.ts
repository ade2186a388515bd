import { EventEmitter } from 'node:events';
import type { WorkerEvents } from 'graphile-worker';
import pg from 'pg';
import type { Log } from '../../kernel/log/log.js';

const everyMs = 5_000;
/** A pool may take its first job before it could say that it lives. */
const graceSeconds = 10;
/** Ours among the advisory locks of the database. */
const lockClass = 7_301_247;

/**
 * What a process held that was killed. The queue itself would leave such a job alone for four hours,
 * a security alert as well; here every pool of workers holds a lock for as long as its process lives,
 * which PostgreSQL drops with the connection, and whoever can take it knows that the job is free.
 */
export class AbandonedJobs {
  /** For the runners of this process, whose workers are its own. */
  readonly events: WorkerEvents = new EventEmitter();
  readonly #own = new Set<string>();
  #client: pg.Client | null = null;
  #timer: NodeJS.Timeout | null = null;
  #looking: Promise<void> = Promise.resolve();
  #waiting = false;
  #closed = false;

  constructor(
    private readonly databaseUrl: string,
    private readonly log: Log,
  ) {
    // The queue notes on a job which pool took it, not which of its workers.
    this.events.on('pool:create', ({ workerPool }) => {
      this.#own.add(workerPool.id);
      this.#look();
    });
    // What it still held it could not give back: the database was away.
    this.events.on('pool:release', ({ workerPool }) => this.#own.delete(workerPool.id));
  }

  /** By the clock; what goes wrong is tried again then. */
  open(): void {
    this.#timer = setInterval(() => this.#look(), everyMs);
  }

  async close(): Promise<void> {
    this.#closed = true;
    if (this.#timer) clearInterval(this.#timer);
    await this.#looking;
    await this.#client?.end().catch(() => {});
  }

  #look(): void {
    if (this.#waiting) return;
    this.#waiting = true;
    this.#looking = this.#looking
      .then(() => this.#free())
      .catch((error: unknown) => {
        if (!this.#closed) this.log.warn({ err: error }, 'abandoned jobs could not be looked for');
        this.#drop();
      });
  }

  async #free(): Promise<void> {
    this.#waiting = false;
    if (this.#closed) return;
    const client = (this.#client ??= await this.#connect());
    const own = [...this.#own];
    await client.query(
      `select pg_advisory_lock(${lockClass}, hashtext(id)) from unnest($1::text[]) id
       where not exists (
         select 1 from pg_locks where locktype = 'advisory' and pid = pg_backend_pid()
           and classid = ${lockClass} and objid = hashtext(id)::oid)`,
      [own],
    );
    const { rows } = await client.query<{ id: string }>(
      `select distinct locked_by as id from graphile_worker._private_jobs
       where locked_at < now() - make_interval(secs => ${graceSeconds}) and locked_by <> all ($1)`,
      [own],
    );
    for (const { id } of rows) await this.#freeOf(client, id);
  }

  async #freeOf(client: pg.Client, id: string): Promise<void> {
    const key = [id];
    const { rows } = await client.query<{ dead: boolean }>(
      `select pg_try_advisory_lock(${lockClass}, hashtext($1)) as dead`,
      key,
    );
    if (!rows[0]!.dead) return;
    await client.query('select graphile_worker.force_unlock_workers(array[$1])', key);
    await client.query(`select pg_advisory_unlock(${lockClass}, hashtext($1))`, key);
    this.log.warn({ worker: id }, 'a worker is gone: what it had begun is begun again');
  }

  async #connect(): Promise<pg.Client> {
    const client = new pg.Client({
      connectionString: this.databaseUrl,
      connectionTimeoutMillis: 5_000,
      keepAlive: true,
      application_name: 'gatehouse worker',
      // A machine that lost its power says nothing; it is missed after a minute.
      options: '-c tcp_keepalives_idle=30 -c tcp_keepalives_interval=10 -c tcp_keepalives_count=3',
    });
    client.on('error', () => this.#drop());
    await client.connect();
    return client;
  }

  #drop(): void {
    const client = this.#client;
    this.#client = null;
    client?.end().catch(() => {});
  }
}
