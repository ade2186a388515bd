import { parseEmail } from '../../kernel/text/address.js';
import type { Database } from '../../kernel/database/database.js';
import type { Contact } from './act.js';

/** Mails of account.activity are wanted unless they were switched off. */
const select = `
  select a.id as "accountId", a.username, a.locale, a.time_zone as "timeZone", a.email as primary,
    s.email as secondary, not exists (
      select 1 from preference p where p.account_id = a.id and p.type = 'account.activity'
        and p.channel = 'EMAIL' and not p.enabled) as advisory
  from account a left join secondary_email s on s.account_id = a.id`;

/** Whom to tell of what happens to an account now. */
export class Recipients {
  constructor(private readonly database: Database) {}

  /** Support access concerns nobody's account but the machine: every administrator hears of it. */
  of(kind: string, accountId: string | null): Promise<Contact[]> {
    if (kind.startsWith('support_access.')) {
      return this.database.query(
        `${select} where a.role = 'ADMIN' and a.disabled_at is null order by a.id`,
      );
    }
    return accountId === null
      ? Promise.resolve([])
      : this.database.query(`${select} where a.id = $1`, [accountId]);
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
