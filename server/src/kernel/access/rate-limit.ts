import { createHash } from 'node:crypto';
import type { Clock } from '../clock.js';
import { prepared } from '../database/prepared.js';

/** All in seconds but `free`. */
export interface TryPolicy {
  /** Tries without a pause. */
  free: number;
  /** The pause after the last free try; doubles with each try after it. */
  first: number;
  /** The longest pause. */
  most: number;
  /** How long after the end of its last pause a key starts anew. */
  forget: number;
}

export interface WindowPolicy {
  /** Tries in a window. */
  most: number;
  /** Length of the window, which begins with its first try. */
  seconds: number;
}

export type Taken = { allowed: true } | { allowed: false; /** Seconds. */ retryAfter: number };

/** The part of Database that is needed: statements that stay when the caller's work is undone. */
export interface ApartDatabase {
  queryApart<Row>(sql: string, parameters?: readonly unknown[]): Promise<Row[]>;
}

/**
 * The key of a limit: short, and without telling in the table whose address or name was tried.
 * @param kind what is limited, as `sign-in`
 * @param parts all that makes two tries count together, as the account's id and the network
 */
export function limitKey(kind: string, ...parts: readonly (string | number | null)[]): string {
  // As JSON, so that ('a', 'bc') and ('ab', 'c') are two keys.
  const digest = createHash('sha256').update(JSON.stringify(parts)).digest('base64url');
  return `${kind}:${digest.slice(0, 32)}`;
}

/** $1 key, $2 now, $3 free, $4 first, $5 most, $6 forget. */
const pause = (count: string) => `case when ${count} < $3::integer then interval '0' else
  make_interval(secs => least($5::float8, $4::float8 * power(2, least(${count} - $3::integer, 30)))) end`;

const nextCount = `case when r.forget_at <= $2::timestamptz then 1 else least(r.count, 1000000) + 1 end`;

// A pause that ends later than any pause can was set by a clock that ran ahead and was put right
// again; twice the longest leaves room for servers whose clocks differ.
const takeSql = prepared(`
  insert into rate_limit as r (key, count, open_at, forget_at)
  values ($1, 1, $2::timestamptz + ${pause('1')},
    $2::timestamptz + ${pause('1')} + make_interval(secs => $6::float8))
  on conflict (key) do update set
    count = ${nextCount},
    open_at = $2::timestamptz + ${pause(nextCount)},
    forget_at = $2::timestamptz + ${pause(nextCount)} + make_interval(secs => $6::float8)
  where r.open_at <= $2::timestamptz
    or r.open_at > $2::timestamptz + make_interval(secs => 2 * $5::float8)
  returning count`);

/** $1 key, $2 now, $3 most, $4 seconds. Counts one more than the most, so that it never runs over. */
const windowSql = prepared(`
  insert into rate_limit as r (key, count, open_at, forget_at)
  values ($1, 1, $2::timestamptz, $2::timestamptz + make_interval(secs => $4::float8))
  on conflict (key) do update set
    count = case when r.forget_at <= $2::timestamptz then 1 else least(r.count, $3::integer) + 1 end,
    open_at = $2::timestamptz,
    forget_at = case when r.forget_at <= $2::timestamptz
      then $2::timestamptz + make_interval(secs => $4::float8)
      else least(r.forget_at, $2::timestamptz + make_interval(secs => $4::float8)) end
  returning count <= $3::integer as allowed,
    ceil(extract(epoch from forget_at - $2::timestamptz))::integer as wait`);

// Locked in one order, so that two who clear the same keys do not wait for each other in a circle.
const clearSql = prepared(`
  delete from rate_limit where key in (
    select key from rate_limit where key = any ($1) order by key for update)`);

/**
 * Tries that are counted before they are checked, in PostgreSQL, so that all servers count together
 * and a restart forgives nothing. Each take is one atomic statement: of fifty at once, exactly as
 * many pass as may.
 *
 * Takes run apart from the caller's transaction, since a try whose transaction is rolled back was a
 * try all the same. They use a connection of their own: take before opening the transaction, or a
 * full pool waits for itself.
 */
export class RateLimits {
  constructor(
    private readonly database: ApartDatabase,
    private readonly clock: Clock,
  ) {}

  /**
   * One try of a key with growing pauses. A try that is refused does not make the pause longer.
   * Call `clear` when what was tried turned out right.
   */
  async take(key: string, { free, first, most, forget }: TryPolicy): Promise<Taken> {
    const now = this.clock.now();
    const taken = await this.#query(takeSql, [checked(key), now, free, first, most, forget]);
    if (taken.length > 0) return { allowed: true };
    const [row] = await this.#query<{ wait: number }>(
      `select ceil(extract(epoch from open_at - $2::timestamptz))::integer as wait
       from rate_limit where key = $1`,
      [key, now],
    );
    return { allowed: false, retryAfter: Math.max(1, row?.wait ?? 1) };
  }

  /** One try of so many in a fixed window. */
  async takeWindow(key: string, { most, seconds }: WindowPolicy): Promise<Taken> {
    const [row] = await this.#query<{ allowed: boolean; wait: number }>(windowSql, [
      checked(key),
      this.clock.now(),
      most,
      seconds,
    ]);
    if (row?.allowed) return { allowed: true };
    return { allowed: false, retryAfter: Math.max(1, row?.wait ?? seconds) };
  }

  /** Takes back one try of a window that counts failures only, after it was none. */
  async giveBack(key: string): Promise<void> {
    await this.#query(
      'update rate_limit set count = count - 1 where key = $1 and count > 0 returning key',
      [checked(key)],
    );
  }

  /** Starts keys anew. */
  async clear(...keys: readonly string[]): Promise<void> {
    await this.#query(clearSql, [keys.map(checked)]);
  }

  /** Deletes what is forgotten anyway, at most `most` keys; returns how many. */
  async sweep(most = 10_000): Promise<number> {
    const swept = await this.#query(
      `delete from rate_limit where key in (
         select key from rate_limit where forget_at <= $1 order by forget_at limit $2
         for update skip locked) returning key`,
      [this.clock.now(), most],
    );
    return swept.length;
  }

  #query<Row>(sql: string, parameters: readonly unknown[]): Promise<Row[]> {
    return this.database.queryApart<Row>(sql, parameters);
  }
}

function checked(key: string): string {
  if (!/^[\w:.-]{1,100}$/.test(key)) throw new RangeError('Make the keys of limits with limitKey');
  return key;
}
