import type { AddressRule } from '../../kernel/network/address-rule.js';
import type { Kernel } from '../../kernel/feature.js';
import type { Locale, Scope } from '../../kernel/access/viewer.js';
import { Account } from '../account/account.entity.js';

/** What a call needs to know of its token, its owner and the owner's switch, read by one statement. */
export interface TokenLookup {
  readonly id: string;
  readonly scopes: readonly Scope[];
  readonly expiresAt: Date | null;
  readonly lastUsedAt: Date | null;
  readonly apiEnabled: boolean;
  readonly mustChangePassword: boolean;
  /** Policy: the owner is an administrator who has no second factor at all. */
  readonly twoFactorMissing: boolean;
  readonly accountId: string;
  readonly username: string;
  readonly role: 'USER' | 'ADMIN';
  readonly permissions: readonly string[];
  readonly locale: Locale;
  readonly disabled: boolean;
  readonly addressRule: AddressRule | null;
}

interface Row {
  token_id: string;
  scopes: Scope[];
  expires_at: Date | null;
  last_used_at: Date | null;
  api_enabled: boolean;
  must_change: boolean;
  two_factor_missing: boolean;
  address_rule: AddressRule | null;
  account: {
    id: string;
    username: string;
    role: 'USER' | 'ADMIN';
    permissions: string[];
    locale: Locale;
    disabled_at: string | null;
  };
}

const select = `
  select t.id as token_id, t.scopes, t.expires_at, t.last_used_at,
         coalesce(x.enabled, false) as api_enabled,
         p.one_time_until is not null as must_change,
         (select require_two_factor_for_admins from site) and a.role = 'ADMIN'
           and not exists (select 1 from totp f where f.account_id = a.id and f.secret_sealed is not null)
           and not exists (select 1 from passkey k where k.account_id = a.id) as two_factor_missing,
         to_jsonb(w) as address_rule,
         to_jsonb(a) as account
  from access_token t
  join account a on a.id = t.account_id
  left join api_access x on x.account_id = t.account_id
  left join password p on p.account_id = t.account_id
  left join ip_allowlist w on w.account_id = t.account_id`;

const usedEveryMs = 60_000;

/** The statements behind a call with a token. */
export class TokenLookups {
  constructor(private readonly kernel: Kernel) {}

  async find(secretHash: string): Promise<TokenLookup | null> {
    const { database } = this.kernel;
    const [row] = await database.query<Row>(`${select} where t.secret_hash = $1`, [secretHash]);
    if (!row) return null;
    // Puts the account into the unit of work, so that reading it later costs no statement.
    database.em.map(Account, row.account as never);
    return lookupOf(row);
  }

  async findMany(ids: readonly string[]): Promise<Map<string, TokenLookup>> {
    const rows = await this.kernel.database.query<Row>(`${select} where t.id = any($1)`, [ids]);
    return new Map(rows.map((row) => [row.token_id, lookupOf(row)]));
  }

  /** Notes a use, once a minute at most; stays written when the call itself is refused. */
  async touch(lookup: TokenLookup, address: string | null): Promise<void> {
    const now = this.kernel.clock.now();
    const before = new Date(now.getTime() - usedEveryMs);
    if (lookup.lastUsedAt !== null && lookup.lastUsedAt > before) return;
    await this.kernel.database.queryApart(
      `update access_token set last_used_at = $2, last_used_ip = $3
       where id = $1 and (last_used_at is null or last_used_at <= $4)`,
      [lookup.id, now, address, before],
    );
  }
}

function lookupOf(row: Row): TokenLookup {
  return {
    id: row.token_id,
    scopes: row.scopes,
    expiresAt: row.expires_at,
    lastUsedAt: row.last_used_at,
    apiEnabled: row.api_enabled,
    mustChangePassword: row.must_change,
    twoFactorMissing: row.two_factor_missing,
    accountId: row.account.id,
    username: row.account.username,
    role: row.account.role,
    permissions: row.account.permissions,
    locale: row.account.locale,
    disabled: row.account.disabled_at !== null,
    addressRule: row.address_rule,
  };
}
