import { refuse } from '../../kernel/errors.js';
import type { Kernel } from '../../kernel/feature.js';
import { prepared } from '../../kernel/database/prepared.js';
import type { Sample } from './host-probe.js';
import type { MetricName } from './metric.js';

const dayMs = 24 * 3_600_000;
/** Twice the time in which a server comes back for it, so that a busy one does not lose it. */
const leaseMs = 10_000;

/** What is known of a host now. */
export interface HostRow {
  readonly name: string;
  readonly at: Date | null;
  readonly cpu: number | null;
  readonly memory: number | null;
  readonly disk: number | null;
  readonly load: number | null;
}

export interface HostPoint {
  readonly at: Date;
  readonly average: number;
  readonly highest: number;
}

/** A minute, of which only the ends are known. */
export interface Stretch {
  readonly at: Date;
  readonly lowest: number;
  readonly highest: number;
}

const minuteOf = prepared(`
  insert into host_minute (host, metric, at, samples, lowest, highest, total)
  select $1, metric, date_trunc('minute', $2::timestamptz), 1, value, value, value
  from unnest($3::text[], $4::float8[]) as given (metric, value)
  on conflict (host, metric, at) do update set samples = host_minute.samples + 1,
    lowest = least(host_minute.lowest, excluded.lowest),
    highest = greatest(host_minute.highest, excluded.highest),
    total = host_minute.total + excluded.total`);

/** The machines of this site: who samples each, how it does, and how it did for a day. */
export class Hosts {
  constructor(private readonly kernel: Kernel) {}

  /** The host is this server's for the next seconds; false while another one has it. */
  async claim(host: string, holder: string): Promise<boolean> {
    const now = this.kernel.clock.now();
    const claimed = await this.kernel.database.query(
      `insert into host (name, holder, held_until) values ($1, $2, $3)
       on conflict (name) do update set holder = $2, held_until = $3
       where host.holder = $2 or host.held_until <= $4 returning 1`,
      [host, holder, new Date(now.getTime() + leaseMs), now],
    );
    return claimed.length > 0;
  }

  /** For whoever stops: the next server need not wait. */
  async release(host: string, holder: string): Promise<void> {
    const sql = `update host set held_until = '-infinity' where name = $1 and holder = $2`;
    await this.kernel.database.query(sql, [host, holder]);
  }

  /** In a transaction, until whose end nobody else takes the host. @returns false: another one has it already */
  async note(host: string, holder: string, sample: Sample): Promise<boolean> {
    const { database, clock } = this.kernel;
    const noted = await database.query(
      `update host set at = $3, cpu = coalesce($4, cpu), memory = coalesce($5, memory),
         disk = coalesce($6, disk), load = coalesce($7, load)
       where name = $1 and holder = $2 returning 1`,
      [host, holder, clock.now(), sample.CPU, sample.MEMORY, sample.DISK, sample.LOAD].map(
        (value) => value ?? null,
      ),
    );
    if (noted.length === 0) return false;
    const given = Object.entries(sample);
    const values = [given.map(([metric]) => metric), given.map(([, value]) => value)];
    await database.query(minuteOf, [host, clock.now(), ...values]);
    return true;
  }

  /** Those heard of within a day. */
  all(): Promise<HostRow[]> {
    return this.kernel.database.query<HostRow>(
      `select name, at, cpu, memory, disk, load from host where at > $1 order by name`,
      [this.#dayAgo()],
    );
  }

  /** @throws NOT_FOUND field `name` */
  async get(name: string): Promise<HostRow> {
    const found = (await this.all()).find((host) => host.name === name);
    return found ?? refuse('NOT_FOUND', 'There is no such host.', { field: 'name' });
  }

  /** The last day in steps of five minutes, for drawing. */
  history(host: string, metric: MetricName): Promise<HostPoint[]> {
    return this.kernel.database.query<HostPoint>(
      `select date_bin('5 minutes', at, '2000-01-01T00:00:00Z'::timestamptz) as at,
         sum(total) / sum(samples) as average, max(highest) as highest
       from host_minute where host = $1 and metric = $2 and at > $3 group by 1 order by 1`,
      [host, metric, this.#dayAgo()],
    );
  }

  minutes(host: string, metric: MetricName): Promise<Stretch[]> {
    return this.kernel.database.query<Stretch>(
      `select at, lowest, highest from host_minute
       where host = $1 and metric = $2 and at > $3 order by at`,
      [host, metric, this.#dayAgo()],
    );
  }

  /** What is older than a day; a host with it, and what its rules stood at. */
  async sweep(): Promise<void> {
    const { database } = this.kernel;
    await database.query('delete from host_minute where at <= $1', [this.#dayAgo()]);
    await database.query('delete from host where held_until <= $1 and (at is null or at <= $1)', [
      this.#dayAgo(),
    ]);
  }

  #dayAgo(): Date {
    return new Date(this.kernel.clock.now().getTime() - dayMs);
  }
}
