import { AsyncLocalStorage } from 'node:async_hooks';
import { context } from '@opentelemetry/api';
import { TransactionContext, TransactionPropagation } from '@mikro-orm/core';
import type { EntitySchema } from '@mikro-orm/core';
import { Migrator } from '@mikro-orm/migrations';
import { MikroORM } from '@mikro-orm/postgresql';
import type { EntityManager } from '@mikro-orm/postgresql';
import { CompiledQuery } from 'kysely';
import pg from 'pg';
import { ReturningClient, watchSilence } from './connection-watch.js';
import type { Log } from '../log/log.js';
import { readMigrations } from './migration-files.js';

export interface DatabaseOptions {
  url: string;
  entities: readonly EntitySchema[];
  log: Log;
  /** Connections kept at most by the entity managers; the queue and the listener have their own. */
  poolSize?: number;
  /** How long a statement may take; null is for ever, as migrations of a filled database may need. */
  statementMs?: number | null;
}

const longestStatementMs = 10_000;
/** The server's own limit on a statement must speak first. */
const silenceMs = 2_000;

const deadlockTries = 3;

/** SQLSTATE 40P01, as pg says it or as MikroORM wraps it. */
function isDeadlock(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return (error as { code?: unknown }).code === '40P01' || isDeadlock(error.cause);
}

/** Its entity manager is made when first needed: most events of sockets never touch an entity. */
interface Unit {
  em: EntityManager | null;
}

/**
 * The one place that knows entity managers. Use-cases are singletons over `em`, which always means
 * the manager of the unit of work they run in; outside of one it refuses, so nothing leaks from
 * one person's request into another's.
 */
export class Database {
  readonly #outside = AsyncLocalStorage.snapshot();
  #redone = 0;
  /** What waits for the commit of the transaction that runs. */
  readonly #afterCommit = new AsyncLocalStorage<(() => void)[]>();

  private constructor(
    readonly orm: MikroORM,
    readonly url: string,
    private readonly units: AsyncLocalStorage<Unit | null>,
    private readonly log: Log,
  ) {}

  static async open(options: DatabaseOptions): Promise<Database> {
    const types = new pg.TypeOverrides();
    types.setTypeParser(pg.types.builtins.TIMESTAMPTZ, (text) => new Date(text));
    const { statementMs = longestStatementMs } = options;
    const units = new AsyncLocalStorage<Unit | null>();
    // Made outside of the unit, for which MikroORM would ask while it makes one.
    const emOf = (unit: Unit) =>
      (unit.em ??= units.run(null, () => orm.em.fork({ useContext: true })));
    const orm: MikroORM = await MikroORM.init({
      clientUrl: options.url,
      entities: [...options.entities],
      discovery: { warnWhenNoEntities: false },
      extensions: [Migrator],
      pool: { min: 0, max: options.poolSize ?? 16 },
      driverOptions: {
        Client: ReturningClient,
        types,
        connectionTimeoutMillis: 3_000,
        statement_timeout: statementMs ?? 0,
        idle_in_transaction_session_timeout: 30_000,
        onPoolCreated: (pool: pg.Pool) => {
          if (statementMs === null) return;
          pool.on('connect', (client) => watchSilence(client, statementMs + silenceMs));
        },
      },
      forceUtcTimezone: true,
      allowGlobalContext: false,
      context: () => {
        const unit = units.getStore();
        return unit ? emOf(unit) : undefined;
      },
      migrations: {
        migrationsList: readMigrations(),
        tableName: 'migration',
        snapshot: false,
        transactional: true,
        allOrNothing: false,
      },
      logger: (message) => options.log.debug(message),
      debug: false,
    });
    return new Database(orm, options.url, units, options.log);
  }

  /** Transactions that were done again, since others waited for them while they waited for those. */
  get redone(): number {
    return this.#redone;
  }

  /** The entity manager of the unit of work that is running. */
  get em(): EntityManager {
    // MikroORM itself refuses only what goes through entities, not plain SQL.
    if (!this.units.getStore()) throw new Error('This needs a unit of work');
    return this.orm.em;
  }

  /**
   * Opens a unit of work: an identity map of its own for everything that `work` awaits. One that is
   * opened while another one's transaction runs is no part of it.
   */
  unitOfWork<T>(work: () => Promise<T>): Promise<T> {
    // Only the span goes along.
    const traced = context.bind(context.active(), work);
    return this.#outside(() => this.units.run({ em: null }, traced));
  }

  /**
   * All or nothing. Joins the transaction that is already running in this unit of work, so an
   * inner one can never survive the outer one's roll-back.
   */
  transaction<T>(work: () => Promise<T>): Promise<T> {
    const { em } = this;
    const run = () =>
      em.transactional(() => work(), { propagation: TransactionPropagation.REQUIRED });
    if (this.#afterCommit.getStore()) return run();
    return this.#outermost(run);
  }

  /**
   * Of two that wait for each other PostgreSQL undoes one, wholly: it is done again. Rooms lock in one
   * order; where a new one does not yet, it takes a moment longer, and the log tells.
   */
  async #outermost<T>(run: () => Promise<T>): Promise<T> {
    for (let left = deadlockTries; ; left--) {
      const waiting: (() => void)[] = [];
      try {
        const result = await this.#afterCommit.run(waiting, run);
        for (const later of waiting) later();
        return result;
      } catch (error) {
        if (left <= 1 || !isDeadlock(error)) throw error;
        this.#redone += 1;
        this.log.warn({ err: error }, 'a transaction is done again: two waited for each other');
      }
    }
  }

  /**
   * Once the running transaction is committed, and never if it is not; at once where none runs.
   * Lost when the process dies in between: for hints only. What must happen goes through the outbox.
   */
  afterCommit(work: () => void): void {
    const waiting = this.#afterCommit.getStore();
    if (waiting) waiting.push(work);
    else work();
  }

  /**
   * One SQL statement with `$1` parameters, in the running transaction if there is one. Timestamps
   * come back as `Date`, bigint and numeric as text. `prepared` makes what is asked often cheaper.
   */
  async query<Row = Record<string, unknown>>(
    sql: string,
    parameters: readonly unknown[] = [],
  ): Promise<Row[]> {
    const { em } = this;
    // Where no entity manager was needed yet, no transaction can be running either.
    const isPlain = !TransactionContext.getEntityManager() && !this.units.getStore()!.em;
    const kysely = isPlain ? em.getConnection().getClient() : em.getKysely();
    const result = await kysely.executeQuery<Row>(CompiledQuery.raw(sql, [...parameters]));
    return result.rows;
  }

  /** The same outside of any transaction and unit: what it writes stays when the caller is refused. */
  async queryApart<Row = Record<string, unknown>>(
    sql: string,
    parameters: readonly unknown[] = [],
  ): Promise<Row[]> {
    const result = await this.orm.em
      .getConnection()
      .getClient()
      .executeQuery<Row>(CompiledQuery.raw(sql, [...parameters]));
    return result.rows;
  }

  close(): Promise<void> {
    return this.orm.close(true);
  }
}
