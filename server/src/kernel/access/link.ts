import type { Clock } from '../clock.js';
import { hashSecret, newSecret } from '../crypto/token.js';
import type { Database } from '../database/database.js';

export interface RedeemedLink {
  readonly accountId: string;
  readonly data: Record<string, unknown>;
}

/** One-time secrets that travel by mail. At rest only their SHA-256; each works once. */
export class Links {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  /**
   * Makes a link and ends the older ones; in a transaction.
   * @param seconds its life
   * @param ends purposes whose links it ends; its own unless told
   */
  async issue(
    purpose: string,
    accountId: string,
    seconds: number,
    data: Record<string, unknown> = {},
    ends: readonly string[] = [purpose],
  ): Promise<{ secret: string; expiresAt: Date }> {
    const secret = newSecret();
    const now = this.clock.now();
    const expiresAt = new Date(now.getTime() + seconds * 1000);
    // Two that are made at once could not see each other to end it. Held until the transaction ends.
    await this.database.query('select pg_advisory_xact_lock(hashtextextended($1, 0))', [
      `link:${accountId}`,
    ]);
    for (const each of ends) await this.revoke(each, accountId);
    await this.database.query(
      `insert into link (token_hash, purpose, account_id, data, created_at, expires_at)
       values ($1, $2, $3, $4, $5, $6)`,
      [hashSecret(secret), purpose, accountId, JSON.stringify(data), now, expiresAt],
    );
    return { secret, expiresAt };
  }

  /** Whose link it is, without using it up: for who must lock other rows first. */
  async find(purposes: readonly string[], secret: string): Promise<string | null> {
    const rows = await this.database.query<{ account_id: string }>(
      `select account_id from link
       where token_hash = $1 and purpose = any($2) and expires_at > $3`,
      [hashSecret(secret), purposes, this.clock.now()],
    );
    return rows[0]?.account_id ?? null;
  }

  /** One conditional DELETE, so that of many at once exactly one gets the row. */
  async redeem(purposes: readonly string[], secret: string): Promise<RedeemedLink | null> {
    const rows = await this.database.query<{ account_id: string; data: Record<string, unknown> }>(
      `delete from link where token_hash = $1 and purpose = any($2) and expires_at > $3
       returning account_id, data`,
      [hashSecret(secret), purposes, this.clock.now()],
    );
    const row = rows[0];
    return row ? { accountId: row.account_id, data: row.data } : null;
  }

  async revoke(purpose: string, accountId: string): Promise<void> {
    await this.database.query('delete from link where purpose = $1 and account_id = $2', [
      purpose,
      accountId,
    ]);
  }

  async sweep(): Promise<void> {
    await this.database.query('delete from link where expires_at <= $1', [this.clock.now()]);
  }
}
