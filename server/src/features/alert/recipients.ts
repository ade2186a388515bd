import { parseEmail } from '../../kernel/address.js';
import type { Database } from '../../kernel/database.js';
import type { Contact } from './act.js';

const permission = 'admin.system.support';
/** @param advisory whether the account wants mails of account.activity; they are on unless switched off */
const select = (advisory: string) => `
  select a.id as "accountId", a.username, a.locale, a.time_zone as "timeZone", a.email as primary,
    s.email as secondary, ${advisory} as advisory
  from account a left join secondary_email s on s.account_id = a.id`;
const wanted = `not exists (
  select 1 from preference p where p.account_id = a.id and p.type = 'account.activity'
    and p.channel = 'EMAIL' and not p.enabled)`;

/** Whom to tell of what happens to an account now. */
export class Recipients {
  constructor(private readonly database: Database) {}

  /** Support access concerns nobody's account but the machine: every administrator who may see it. */
  async of(kind: string, accountId: string | null): Promise<Contact[]> {
    const sql = select((await this.#hasMatrix()) ? wanted : 'true');
    if (kind.startsWith('support_access.')) {
      return this.database.query(
        `${sql} where a.role = 'ADMIN' and $1 = any (a.permissions) and a.disabled_at is null
         order by a.id`,
        [permission],
      );
    }
    return accountId === null ? [] : this.database.query(`${sql} where a.id = $1`, [accountId]);
  }

  /** The matrix of notifications is a room of its own, which a site may not have yet. */
  async #hasMatrix(): Promise<boolean> {
    const [row] = await this.database.query<{ has: boolean }>(
      `select to_regclass('public.preference') is not null as has`,
    );
    return row!.has;
  }
}

/** One of each mailbox, however it is written, in the given order. */
export function distinctAddresses(addresses: readonly (string | null)[]): string[] {
  const byCanonical = new Map<string, string>();
  for (const address of addresses) {
    if (address === null || address === '') continue;
    const canonical = parseEmail(address)?.canonical ?? address;
    if (!byCanonical.has(canonical)) byCanonical.set(canonical, address);
  }
  return [...byCanonical.values()];
}
