import type { Database } from '../../kernel/database/database.js';
import type { Json } from '../../kernel/live/live.js';
import type { PersonalData } from '../../kernel/personal-data.js';

/** Where a person signed in from, and how often somebody failed to. */
export class PersonalSignIns implements PersonalData {
  readonly name = 'sign-ins';
  readonly tables = ['sign_in_memory', 'failed_sign_in'];

  constructor(private readonly database: Database) {}

  async export(accountId: string): Promise<Json> {
    const [row] = await this.database.query<{ all: Json }>(
      `select jsonb_build_object(
         'places', (select coalesce(jsonb_agg(jsonb_build_object('network', network, 'country', country)
           order by id), '[]') from sign_in_memory where account_id = $1),
         'failed', (select coalesce(jsonb_agg(to_jsonb(times)), '[]')
           from failed_sign_in where account_id = $1)) as all`,
      [accountId],
    );
    return row!.all;
  }

  async erase(accountId: string): Promise<void> {
    await this.database.query('delete from sign_in_memory where account_id = $1', [accountId]);
    await this.database.query('delete from failed_sign_in where account_id = $1', [accountId]);
  }
}
