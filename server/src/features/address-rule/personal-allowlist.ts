import type { Database } from '../../kernel/database/database.js';
import type { Json } from '../../kernel/live/live.js';
import type { PersonalData } from '../../kernel/personal-data.js';

/** Addresses tell where somebody lives and works. */
export class PersonalAllowlist implements PersonalData {
  readonly name = 'ip_allowlist';
  readonly tables = ['ip_allowlist'];

  constructor(private readonly database: Database) {}

  async export(accountId: string): Promise<Json> {
    const [row] = await this.database.query<{ list: Json }>(
      `select to_jsonb(w) - 'account_id' as list from ip_allowlist w where account_id = $1`,
      [accountId],
    );
    return row?.list ?? null;
  }

  async erase(accountId: string): Promise<void> {
    await this.database.query('delete from ip_allowlist where account_id = $1', [accountId]);
  }
}
