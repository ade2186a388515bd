import type { Kernel } from '../../kernel/feature.js';
import type { Viewer } from '../../kernel/access/viewer.js';
import type { Activities } from '../activity/activities.js';
import { newCode, readCode } from './code-text.js';

const howMany = 10;

/** A new set, not in force yet: `codes` are shown once, `hashes` kept. */
export interface NewCodes {
  readonly codes: readonly string[];
  readonly hashes: readonly string[];
}

/** The hash of a code that is in the set and was not used a moment ago. */
export type RecoveryClaim = string;

/**
 * What lets somebody in whose second factor is lost. Each works once. Codes of 80 bits are kept like
 * passwords (ASVS 5.0 §6.5.2), all of a set with one salt.
 */
export class RecoveryCodes {
  constructor(
    private readonly kernel: Kernel,
    private readonly activities: Activities,
  ) {}

  async left(accountId: string): Promise<number> {
    const [row] = await this.kernel.database.query<{ count: number }>(
      `select count(*)::int as count from recovery_code
       where account_id = $1 and used_at is null`,
      [accountId],
    );
    return row!.count;
  }

  /** Hashing takes time: before the transaction in which they come into force. */
  async draw(): Promise<NewCodes> {
    const { hasher } = this.kernel;
    const codes = Array.from({ length: howMany }, () => newCode());
    const [first, ...others] = codes.map((code) => readCode(code)!);
    const like = await hasher.hash(first!);
    const rest = await Promise.all(others.map((code) => hasher.hashLike(code, like)));
    return { codes, hashes: [like, ...rest] };
  }

  /** Ends the former set. */
  async replace(accountId: string, hashes: readonly string[]): Promise<void> {
    await this.removeAll(accountId);
    await this.kernel.database.query(
      'insert into recovery_code (account_id, hash) select $1, unnest($2::text[])',
      [accountId, hashes],
    );
  }

  /** Others who would use one wait until the transaction ends. To be locked before the account. */
  async hold(accountId: string): Promise<void> {
    await this.kernel.database.query(
      'select 1 from recovery_code where account_id = $1 order by hash for update',
      [accountId],
    );
  }

  async removeAll(accountId: string): Promise<void> {
    await this.kernel.database.query('delete from recovery_code where account_id = $1', [
      accountId,
    ]);
  }

  /** Null when it is none of the account's, or was used. The try is counted by the caller. */
  async check(accountId: string, typed: string): Promise<RecoveryClaim | null> {
    const { database, hasher } = this.kernel;
    const code = readCode(typed);
    const [any] = await database.query<{ hash: string }>(
      'select hash from recovery_code where account_id = $1 limit 1',
      [accountId],
    );
    if (code === null || !any) return null;
    const hash = await hasher.hashLike(code, any.hash);
    const rows = await database.query(
      'select 1 from recovery_code where account_id = $1 and hash = $2 and used_at is null',
      [accountId, hash],
    );
    return rows.length > 0 ? hash : null;
  }

  /** Uses it up: of many at once one gets true. In the transaction of what it opens. */
  async redeem(viewer: Viewer, accountId: string, claim: RecoveryClaim): Promise<boolean> {
    const { database, clock } = this.kernel;
    const rows = await database.query(
      `update recovery_code set used_at = $3
       where account_id = $1 and hash = $2 and used_at is null returning hash`,
      [accountId, claim, clock.now()],
    );
    if (rows.length === 0) return false;
    const left = await this.left(accountId);
    await this.activities.record(viewer, accountId, 'recovery_code.used', { left });
    return true;
  }
}
