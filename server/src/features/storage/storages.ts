import { refuse } from '../../kernel/errors.js';
import type { Kernel } from '../../kernel/feature.js';
import { limitKey } from '../../kernel/access/rate-limit.js';
import { requireAccount } from '../../kernel/access/viewer.js';
import type { Viewer } from '../../kernel/access/viewer.js';
import { percentOf } from '../limit/limit.js';
import type { Limits } from '../limit/limits.js';
import type { Measurements } from './measurements.js';
import type { StorageHistory } from './storage-history.js';
import type { Skipped } from './walk.js';

/** What an account occupies, and what of. */
export interface Storage {
  readonly accountId: string;
  readonly usedBytes: number;
  /** -1 is unlimited. */
  readonly quotaBytes: number;
  readonly unlimited: boolean;
  readonly percent: number | null;
  readonly measuredAt: Date | null;
  readonly parts: { name: string; usedBytes: number }[];
  readonly skipped: Skipped[];
  readonly measuring: boolean;
  /** Whether the folder can be measured on demand; else the figure is what others reported. */
  readonly measurable: boolean;
}

/** An answer waits so long for a walk; what takes longer goes on and is seen when the page asks again. */
const patienceMs = 8_000;
const measureOnce = { most: 1, seconds: 60 };

/** The disk space of accounts: measured here, or reported by who keeps their files. */
export class Storages {
  constructor(
    private readonly kernel: Kernel,
    private readonly measurements: Measurements,
    private readonly history: StorageHistory,
    limits: Limits,
  ) {
    limits.follow('disk', (accountId, used) => this.#reported(accountId, used));
  }

  /** In the order of the ids. */
  async of(accountIds: readonly string[]): Promise<Storage[]> {
    const rows = await this.kernel.database.query<Row>(
      `select a.id as "accountId", coalesce(l.used, 0)::float8 as used,
         coalesce(l.most, -1)::float8 as most, s.measured_at as "measuredAt",
         coalesce(s.parts, '[]') as parts, coalesce(s.skipped, '[]') as skipped,
         s.measuring_since is not null as measuring
       from unnest($1::uuid[]) as a (id)
       left join usage_limit l on l.account_id = a.id and l.key = 'disk'
       left join storage s on s.account_id = a.id`,
      [accountIds],
    );
    const byId = new Map(rows.map((row) => [row.accountId, this.#storageOf(row)]));
    return accountIds.map((id) => byId.get(id)!);
  }

  /** @throws NOT_CONFIGURED without STORAGE_ROOT, RATE_LIMITED within a minute of the last time */
  async measure(viewer: Viewer): Promise<Storage> {
    requireAccount(viewer);
    const { accountId } = viewer;
    if (this.kernel.settings.storageRoot === null) {
      refuse('NOT_CONFIGURED', 'This site does not measure disk space itself: it is reported.');
    }
    const key = limitKey('measure', accountId);
    const taken = await this.kernel.rateLimits.takeWindow(key, measureOnce);
    if (!taken.allowed) {
      const message = 'Your folder was measured less than a minute ago.';
      refuse('RATE_LIMITED', message, { retryAfter: taken.retryAfter });
    }
    let timer: NodeJS.Timeout | undefined;
    const patience = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, patienceMs);
    });
    await Promise.race([this.measurements.measure(accountId), patience]);
    clearTimeout(timer);
    return (await this.of([accountId]))[0]!;
  }

  async #reported(accountId: string, used: number): Promise<void> {
    await this.kernel.database.query(
      `insert into storage (account_id, source, measured_at) values ($1, 'REPORTED', $2)
       on conflict (account_id) do update
       set source = 'REPORTED', measured_at = $2, parts = '[]', skipped = '[]'`,
      [accountId, this.kernel.clock.now()],
    );
    await this.history.note(accountId, used);
  }

  #storageOf({ used, most, ...row }: Row): Storage {
    return {
      ...row,
      usedBytes: used,
      quotaBytes: most,
      unlimited: most < 0,
      percent: percentOf(used, most),
      measurable: this.kernel.settings.storageRoot !== null,
    };
  }
}

interface Row {
  readonly accountId: string;
  readonly used: number;
  readonly most: number;
  readonly measuredAt: Date | null;
  readonly parts: Storage['parts'];
  readonly skipped: Skipped[];
  readonly measuring: boolean;
}
