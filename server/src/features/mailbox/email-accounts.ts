import { parseEmail } from '../../kernel/text/address.js';
import type { Email } from '../../kernel/text/address.js';
import { Refusal, refuse } from '../../kernel/errors.js';
import type { ErrorCode } from '../../kernel/errors.js';
import type { Kernel } from '../../kernel/feature.js';
import { requirePermission } from '../../kernel/access/viewer.js';
import type { Viewer } from '../../kernel/access/viewer.js';
import { checkAmount, percentOf } from '../limit/limit.js';
import type { HeldLimit, Limits } from '../limit/limits.js';
import { crossingsOf } from '../limit/thresholds.js';
import type { Told } from '../limit/thresholds.js';
import type { Warnings } from '../limit/warnings.js';

const mostAtOnce = 100;

export interface EmailAccountGiven {
  readonly username: string;
  readonly address: string;
  readonly archive: boolean;
  readonly usedBytes: number;
  /** -1 is unlimited. */
  readonly quotaBytes: number;
}

/** An e-mail account as its mail server last told of it. */
export interface EmailAccount {
  readonly address: string;
  readonly archive: boolean;
  readonly usedBytes: number;
  readonly quotaBytes: number;
  readonly percent: number | null;
  readonly nearLimit: boolean;
}

export interface PutResult {
  readonly address: string;
  readonly emailAccount: EmailAccount | null;
  readonly code: ErrorCode | null;
  readonly message: string | null;
}

/**
 * What mail servers tell of e-mail accounts. The same told twice changes nothing. Whoever adds one
 * holds the account's limits first, so that of many at once none gets a place too many.
 */
export class EmailAccounts {
  constructor(
    private readonly kernel: Kernel,
    private readonly limits: Limits,
    private readonly warnings: Warnings,
  ) {}

  /**
   * @throws NOT_FOUND field `username`, BAD_USER_INPUT with the field, TAKEN field `address` when it
   * is another account's, LIMIT_REACHED field `address` or `archive`
   */
  async put(viewer: Viewer, given: EmailAccountGiven): Promise<EmailAccount> {
    requirePermission(viewer, 'admin.users');
    const address = requireAddress(given.address);
    checkAmount(given.usedBytes, 'usedBytes');
    checkAmount(given.quotaBytes, 'quotaBytes', -1);
    const accountId = await this.limits.accountOf(given.username);
    return this.kernel.database.transaction(async () => {
      const held = await this.limits.hold(accountId, ['archives', 'email_accounts']);
      const former = await this.#find(address.canonical);
      if (former && former.account_id !== accountId) refuseTaken();
      if (!former) requireRoom(held, 'email_accounts', 'address');
      if (given.archive && !former?.archive) requireRoom(held, 'archives', 'archive');
      const told = await this.#store(accountId, address, given, former?.told ?? 0);
      if (former?.archive !== given.archive) await this.#recount(accountId);
      const { usedBytes: used, quotaBytes: limit } = given;
      const object = address.display;
      await this.warnings.tell(
        'email_account',
        { accountId, object, unit: 'BYTES', used, limit },
        told,
      );
      return emailAccountOf({ address: object, archive: given.archive, used, quota: limit });
    });
  }

  /** Each stands or falls alone, in the order given. @throws BAD_USER_INPUT field `input` for more than a hundred */
  async putAll(viewer: Viewer, given: readonly EmailAccountGiven[]): Promise<PutResult[]> {
    requirePermission(viewer, 'admin.users');
    if (given.length > mostAtOnce) {
      refuse('BAD_USER_INPUT', `At most ${mostAtOnce} e-mail accounts a call.`, { field: 'input' });
    }
    const results: PutResult[] = [];
    for (const one of given) {
      const { address } = one;
      try {
        const emailAccount = await this.put(viewer, one);
        results.push({ address, emailAccount, code: null, message: null });
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        const { code, message } = error;
        results.push({ address, emailAccount: null, code, message });
      }
    }
    return results;
  }

  /** @returns false when it was gone already. @throws NOT_FOUND field `username` */
  async remove(viewer: Viewer, username: string, text: string): Promise<boolean> {
    requirePermission(viewer, 'admin.users');
    const address = requireAddress(text);
    const accountId = await this.limits.accountOf(username);
    return this.kernel.database.transaction(async () => {
      await this.limits.hold(accountId, ['archives', 'email_accounts']);
      const gone = await this.kernel.database.query(
        'delete from email_account where address_canonical = $1 and account_id = $2 returning 1',
        [address.canonical, accountId],
      );
      if (gone.length > 0) await this.#recount(accountId);
      return gone.length > 0;
    });
  }

  async #find(canonical: string) {
    const [row] = await this.kernel.database.query<{
      account_id: string;
      archive: boolean;
      told: Told;
    }>(
      'select account_id, archive, told from email_account where address_canonical = $1 for update',
      [canonical],
    );
    return row;
  }

  /** @returns what the figures cross */
  async #store(accountId: string, address: Email, given: EmailAccountGiven, before: Told) {
    const { usedBytes, quotaBytes, archive } = given;
    const { told, crossings } = crossingsOf(before, usedBytes, quotaBytes);
    const stored = await this.kernel.database.query(
      `insert into email_account as e (account_id, address, address_canonical, archive, used, quota, told)
       values ($1, $2, $3, $4, $5, $6, $7)
       on conflict (address_canonical) do update
       set address = excluded.address, archive = excluded.archive, used = excluded.used,
         quota = excluded.quota, told = excluded.told
       where e.account_id = excluded.account_id returning 1`,
      [accountId, address.display, address.canonical, archive, usedBytes, quotaBytes, told],
    );
    // Another account got it in this very moment.
    if (stored.length === 0) refuseTaken();
    return crossings;
  }

  async #recount(accountId: string): Promise<void> {
    const [count] = await this.kernel.database.query<{ all: number; archives: number }>(
      `select count(*)::int as all, (count(*) filter (where archive))::int as archives
       from email_account where account_id = $1`,
      [accountId],
    );
    await this.limits.change(accountId, 'archives', { used: count!.archives });
    await this.limits.change(accountId, 'email_accounts', { used: count!.all });
  }
}

export function emailAccountOf(row: {
  address: string;
  archive: boolean;
  used: number;
  quota: number;
}): EmailAccount {
  const percent = percentOf(row.used, row.quota);
  return {
    address: row.address,
    archive: row.archive,
    usedBytes: row.used,
    quotaBytes: row.quota,
    percent,
    nearLimit: percent !== null && percent >= 80,
  };
}

function requireAddress(text: string): Email {
  return (
    parseEmail(text) ??
    refuse('BAD_USER_INPUT', 'This is not an e-mail address, such as ada@example.org.', {
      field: 'address',
    })
  );
}

const nouns = { email_accounts: 'e-mail accounts', archives: 'archives' };

function requireRoom(
  held: readonly HeldLimit[],
  key: keyof typeof nouns,
  field: 'address' | 'archive',
): void {
  const { most, used } = held.find((limit) => limit.key === key)!;
  if (most < 0 || used < most) return;
  refuse('LIMIT_REACHED', `This account may have ${most} ${nouns[key]} and has ${used}.`, {
    field,
  });
}

function refuseTaken(): never {
  refuse('TAKEN', 'This address belongs to another user. Remove it there first.', {
    field: 'address',
  });
}
