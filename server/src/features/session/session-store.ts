import type { AddressRule } from '../../kernel/network/address-rule.js';
import type { Clock } from '../../kernel/clock.js';
import type { Database } from '../../kernel/database/database.js';
import { prepared } from '../../kernel/database/prepared.js';
import type { Locale } from '../../kernel/access/viewer.js';
import { Account } from '../account/account.entity.js';
import type { SignInMethod } from './session.entity.js';
import type { ProofStrength } from './proof-strength.js';
import { endOf } from './session-life.js';

export interface NewSession {
  readonly id: string;
  readonly accountId: string;
  readonly method: SignInMethod;
  readonly remember: boolean;
  readonly confirmedUntil: Date | null;
  readonly confirmedStrength: ProofStrength;
  readonly address: string | null;
  readonly userAgent: string | null;
  /** How many the account has beside it, told once it is stored. */
  others?: number;
}

/** What a request needs to know of its session and its account, read by one statement. */
export interface SessionLookup {
  readonly id: string;
  readonly accountId: string;
  readonly remember: boolean;
  readonly lastActiveAt: Date;
  readonly confirmedAt: Date | null;
  /** Null as well when the account now has a stronger proof than the one that opened the window. */
  readonly confirmedUntil: Date | null;
  readonly endsAt: Date;
  readonly username: string;
  readonly locale: Locale;
  readonly permissions: readonly string[];
  readonly disabled: boolean;
  readonly mustChangePassword: boolean;
  /** Policy: an administrator came in by his password alone. */
  readonly twoFactorMissing: boolean;
  readonly addressRule: AddressRule | null;
}

interface Row {
  session_id: string;
  created_at: Date;
  last_active_at: Date;
  remember: boolean;
  confirmed_at: Date | null;
  confirmed_until: Date | null;
  confirmed_enough: boolean;
  idle_days: number;
  days: number;
  must_change: boolean;
  two_factor_missing: boolean;
  account_id: string;
  username: string;
  locale: Locale;
  permissions: string[];
  disabled: boolean;
  address_rule: AddressRule | null;
}

interface RowWithAccount extends Row {
  account: object;
}

// What is needed follows from what the account has now: kept beside the session, it would go stale
// (GHSA-wc43-73w7-x2f5).
const enough = 's.confirmed_strength >= case when t.secret_sealed is null then 1 else 2 end';

// A passkey is two factors by itself; where there is TOTP, no other way in goes without it.
const missing = `site.require_two_factor_for_admins and a.role = 'ADMIN'
  and t.secret_sealed is null and s.method <> 'PASSKEY'`;

const columns = `s.id as session_id, s.created_at, s.last_active_at, s.remember, s.confirmed_at,
  s.confirmed_until, ${enough} as confirmed_enough, site.session_idle_days as idle_days, site.session_days as days,
  p.one_time_until is not null as must_change, ${missing} as two_factor_missing, a.id as account_id, a.username, a.locale,
  a.permissions, a.disabled_at is not null as disabled, to_jsonb(w) as address_rule`;

const from = `
  from session s
  join account a on a.id = s.account_id
  left join password p on p.account_id = s.account_id
  left join totp t on t.account_id = s.account_id
  left join ip_allowlist w on w.account_id = s.account_id
  cross join site`;

const withAccount = `select ${columns}, to_jsonb(a) as account ${from}`;
const bySecret = prepared(`${withAccount} where s.secret_hash = $1`);
const byFormerSecret = prepared(`${withAccount} where s.former_hash = $1 and s.former_until > $2`);
const byIds = prepared(`select ${columns} ${from} where s.id = any($1)`);
// Each writing of a row has an xmin of its own.
const versionsByIds = prepared(`
  select s.id, concat(s.xmin, ' ', a.xmin, ' ', p.xmin, ' ', t.xmin, ' ', w.xmin, ' ', site.xmin) as version
  ${from} where s.id = any($1)`);
const insertSql = prepared(`
  insert into session (id, account_id, secret_hash, method, remember, created_at,
    last_active_at, confirmed_at, confirmed_until, confirmed_strength, address, user_agent)
  values ($1, $2, $3, $4, $5, $6, $6, $7, $8, $9, $10, $11)
  returning (select count(*)::integer from session where account_id = $2) as others`);

/** The statements behind sessions; the rules are in sessions.ts. */
export class SessionStore {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  /** By the hash of its secret, or of the one it had seconds ago. */
  async find(hash: string): Promise<SessionLookup | null> {
    const { database, clock } = this;
    const [holder] = await database.query<RowWithAccount>(bySecret, [hash]);
    // Few have a secret that was changed seconds ago; for everybody else one index is enough.
    const found =
      holder ?? (await database.query<RowWithAccount>(byFormerSecret, [hash, clock.now()]))[0];
    if (!found) return null;
    // Puts the account into the unit of work, so that reading it later costs no statement.
    const isThere = database.em.getUnitOfWork().getById(Account, found.account_id);
    if (!isThere) database.em.map(Account, found.account as never);
    return lookupOf(found);
  }

  async findMany(ids: readonly string[]): Promise<Map<string, SessionLookup>> {
    const rows = await this.database.query<Row>(byIds, [ids]);
    return new Map(rows.map((row) => [row.session_id, lookupOf(row)]));
  }

  /** Texts that are the same as long as `findMany` would find the same; cheaper than reading it all. */
  async versions(ids: readonly string[]): Promise<Map<string, string>> {
    const rows = await this.database.query<{ id: string; version: string }>(versionsByIds, [ids]);
    return new Map(rows.map(({ id, version }) => [id, version]));
  }

  async insert(hash: string, session: NewSession): Promise<void> {
    const now = this.clock.now();
    const confirmedAt = session.confirmedUntil && now;
    const [stored] = await this.database.query<{ others: number }>(insertSql, [
      session.id,
      session.accountId,
      hash,
      session.method,
      session.remember,
      now,
      confirmedAt,
      session.confirmedUntil,
      session.confirmedStrength,
      session.address,
      session.userAgent,
    ]);
    session.others = stored!.others;
  }

  async deleteByHash(hash: string): Promise<void> {
    await this.database.query('delete from session where secret_hash = $1', [hash]);
  }

  async deleteOfAccount(accountId: string): Promise<void> {
    await this.database.query('delete from session where account_id = $1', [accountId]);
  }

  /** Those whose idle or absolute end has passed. */
  async deleteEnded(): Promise<void> {
    await this.database.query(
      `delete from session s using site
       where s.created_at + site.session_days * interval '1 day' <= $1
          or s.last_active_at + case when s.remember then site.session_idle_days * interval '1 day'
               else interval '12 hours' end <= $1`,
      [this.clock.now()],
    );
  }
}

function lookupOf(row: Row): SessionLookup {
  const life = {
    createdAt: row.created_at,
    lastActiveAt: row.last_active_at,
    remember: row.remember,
  };
  return {
    id: row.session_id,
    accountId: row.account_id,
    remember: row.remember,
    lastActiveAt: row.last_active_at,
    confirmedAt: row.confirmed_at,
    confirmedUntil: row.confirmed_enough ? row.confirmed_until : null,
    endsAt: endOf(life, { sessionIdleDays: row.idle_days, sessionDays: row.days }),
    username: row.username,
    locale: row.locale,
    permissions: row.permissions,
    disabled: row.disabled,
    mustChangePassword: row.must_change,
    twoFactorMissing: row.two_factor_missing,
    addressRule: row.address_rule,
  };
}
