import type { Kernel } from '../../kernel/feature.js';

export interface StorageDay {
  /** `2026-11-28`, in UTC. */
  readonly day: string;
  readonly usedBytes: number;
}

const shownDays = 30;
/** Growth is judged by what is recent. */
const judgedDays = 14;
const longestForecastDays = 365;
const dayMs = 86_400_000;

const dayOf = (at: Date) => at.toISOString().slice(0, 10);

/** What an account occupied, a figure a day. */
export class StorageHistory {
  constructor(private readonly kernel: Kernel) {}

  /** Belongs into the transaction that sets the figure; of another day only for a site to look around in. */
  async note(accountId: string, used: number, at = this.kernel.clock.now()): Promise<void> {
    await this.kernel.database.query(
      `insert into storage_day (account_id, day, used) values ($1, $2, $3)
       on conflict (account_id, day) do update set used = excluded.used`,
      [accountId, dayOf(at), used],
    );
  }

  /** Oldest first, without gaps: a day on which nothing was told is as the day before. In the order of the ids. */
  async of(accountIds: readonly string[]): Promise<StorageDay[][]> {
    const now = this.kernel.clock.now();
    const rows = await this.kernel.database.query<{
      account_id: string;
      day: string;
      used: number;
    }>(
      `select account_id, day::text, used::float8 from storage_day
       where account_id = any($1) and day > $2::date - ${shownDays} order by day`,
      [accountIds, dayOf(now)],
    );
    const byAccount = Map.groupBy(rows, (row) => row.account_id);
    return accountIds.map((id) => withoutGaps(byAccount.get(id) ?? [], now));
  }

  /** Keeps a day more than is shown. */
  async sweep(): Promise<void> {
    await this.kernel.database.query(
      `delete from storage_day where day < $1::date - ${shownDays}`,
      [dayOf(this.kernel.clock.now())],
    );
  }
}

function withoutGaps(rows: readonly { day: string; used: number }[], now: Date): StorageDay[] {
  const first = rows[0];
  if (!first) return [];
  const known = new Map(rows.map(({ day, used }) => [day, used]));
  const days: StorageDay[] = [];
  let usedBytes = first.used;
  const last = Date.parse(dayOf(now));
  for (let at = Date.parse(first.day); at <= last; at += dayMs) {
    const day = dayOf(new Date(at));
    usedBytes = known.get(day) ?? usedBytes;
    days.push({ day, usedBytes });
  }
  return days;
}

/**
 * Days until the quota is reached if usage grows on as in the last two weeks (a straight line
 * through them); null when it does not grow, when there is no quota, or when that is over a year
 * away or not to be told from less than three days.
 */
export function daysUntilFull(history: readonly StorageDay[], quotaBytes: number): number | null {
  const days = history.slice(-judgedDays);
  const last = days.at(-1);
  if (!last || days.length < 3 || quotaBytes < 0) return null;
  if (last.usedBytes >= quotaBytes) return 0;
  const meanAt = (days.length - 1) / 2;
  const meanUsed = days.reduce((sum, { usedBytes }) => sum + usedBytes, 0) / days.length;
  let together = 0;
  let spread = 0;
  for (const [at, { usedBytes }] of days.entries()) {
    together += (at - meanAt) * (usedBytes - meanUsed);
    spread += (at - meanAt) ** 2;
  }
  const growth = together / spread;
  if (growth <= 0) return null;
  const left = Math.ceil((quotaBytes - last.usedBytes) / growth);
  return left <= longestForecastDays ? left : null;
}
