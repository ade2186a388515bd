import { lstat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Kernel } from '../../kernel/feature.js';
import { parseUsername } from '../../kernel/text/text-input.js';
import type { Limits } from '../limit/limits.js';
import type { FolderWalks } from './folder-walks.js';
import type { StorageHistory } from './storage-history.js';
import type { Walked } from './walk.js';

/** A claim this old belongs to a server that died over it. */
const staleMs = 3 * 3_600_000;
const roundMs = 50 * 60_000;
const dueMs = 50 * 60_000;
/** What somebody reports is not replaced until he has stopped reporting, or the figure would jump to and fro. */
const reportedMs = 24 * 3_600_000;

interface Owner {
  readonly id: string;
  readonly username: string;
  readonly source: 'MEASURED' | 'REPORTED' | null;
}

/**
 * Measuring people's folders under STORAGE_ROOT. One server at a time walks one folder; the figure,
 * what it is made of, and what it crosses are written in one transaction.
 */
export class Measurements {
  constructor(
    private readonly kernel: Kernel,
    private readonly limits: Limits,
    private readonly history: StorageHistory,
    private readonly walks: FolderWalks,
  ) {}

  /** Resolves when it is done, whether well or not: a fault is in the log. */
  async measure(accountId: string): Promise<void> {
    const { database, log } = this.kernel;
    // Apart from the caller, who may not wait for the end.
    await database
      .unitOfWork(async () => {
        const [owner] = await database.query<Owner>(
          `select a.id, a.username, s.source from account a
           left join storage s on s.account_id = a.id where a.id = $1`,
          [accountId],
        );
        if (owner) await this.#measure(owner);
      })
      .catch((error: unknown) =>
        log.warn({ err: error, accountId }, 'disk space was not measured'),
      );
  }

  /** Everybody whose figure is old, the oldest first; what does not fit into the hour is first in the next. */
  async measureAll(): Promise<void> {
    const { database, clock, settings } = this.kernel;
    if (settings.storageRoot === null) return;
    const before = (ms: number) => new Date(clock.now().getTime() - ms);
    const started = performance.now();
    const due = await database.query<{ id: string }>(
      `select a.id from account a left join storage s on s.account_id = a.id
       where s.measured_at is null
         or s.measured_at <= case s.source when 'REPORTED' then $2::timestamptz else $1::timestamptz end
       order by s.measured_at nulls first`,
      [before(dueMs), before(reportedMs)],
    );
    for (const { id } of due) {
      if (performance.now() - started > roundMs) return;
      await this.measure(id);
    }
  }

  async #measure(owner: Owner): Promise<void> {
    const folder = this.#folderOf(owner.username);
    if (!(await exists(folder))) {
      // Without a folder, what others reported stays; what was measured here is gone.
      if (owner.source !== 'REPORTED') await this.#store(owner.id, nothing);
      return;
    }
    if (!(await this.#claim(owner.id))) return;
    try {
      const walked = await this.walks.measure(folder);
      await this.#store(owner.id, walked);
    } finally {
      await this.kernel.database.query(
        'update storage set measuring_since = null where account_id = $1',
        [owner.id],
      );
    }
  }

  /** @throws Error for a name that leads elsewhere, which no account can have */
  #folderOf(username: string): string {
    return join(this.kernel.settings.storageRoot!, parseUsername(username));
  }

  async #claim(accountId: string): Promise<boolean> {
    const { database, clock } = this.kernel;
    const now = clock.now();
    const claimed = await database.query(
      `insert into storage (account_id, measuring_since) values ($1, $2)
       on conflict (account_id) do update set measuring_since = $2
       where storage.measuring_since is null or storage.measuring_since < $3 returning 1`,
      [accountId, now, new Date(now.getTime() - staleMs)],
    );
    return claimed.length > 0;
  }

  async #store(accountId: string, walked: Walked): Promise<void> {
    const { database, clock } = this.kernel;
    await database.transaction(async () => {
      if (walked.readable) {
        await this.limits.change(accountId, 'disk', { used: walked.usedBytes });
        await this.history.note(accountId, walked.usedBytes);
      }
      await database.query(
        `insert into storage (account_id, source, measured_at, parts, skipped)
         values ($1, 'MEASURED', $2, $3, $4)
         on conflict (account_id) do update set skipped = excluded.skipped,
           source = case when $5 then 'MEASURED' else storage.source end,
           measured_at = case when $5 then excluded.measured_at else storage.measured_at end,
           parts = case when $5 then excluded.parts else storage.parts end`,
        [
          accountId,
          clock.now(),
          JSON.stringify(walked.parts),
          JSON.stringify(walked.skipped),
          walked.readable,
        ],
      );
    });
  }
}

const nothing: Walked = { usedBytes: 0, parts: [], skipped: [], entries: 0, readable: true };

async function exists(folder: string): Promise<boolean> {
  try {
    await lstat(folder);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
  }
}
