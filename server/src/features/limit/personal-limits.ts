import type { Database } from '../../kernel/database/database.js';
import type { Json } from '../../kernel/live/live.js';
import type { PersonalData } from '../../kernel/personal-data.js';

/** What a person may use and uses. */
export const personalLimits = (database: Database): PersonalData => ({
  name: 'limits',
  tables: ['usage_limit'],
  async export(accountId) {
    const [row] = await database.query<{ all: Json }>(
      `select coalesce(jsonb_agg(jsonb_build_object('key', key, 'limit', most, 'used', used)
         order by key), '[]') as all
       from usage_limit where account_id = $1`,
      [accountId],
    );
    return row!.all;
  },
  async erase(accountId) {
    await database.query('delete from usage_limit where account_id = $1', [accountId]);
  },
});
