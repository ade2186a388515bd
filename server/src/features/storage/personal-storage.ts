import type { Database } from '../../kernel/database/database.js';
import type { Json } from '../../kernel/live/live.js';
import type { PersonalData } from '../../kernel/personal-data.js';

/** What a person's files occupy; the names of folders are theirs. */
export const personalStorage = (database: Database): PersonalData => ({
  name: 'storage',
  tables: ['storage', 'storage_day'],
  async export(accountId) {
    const [row] = await database.query<{ all: Json }>(
      `select jsonb_build_object(
         'now', (select jsonb_build_object('source', source, 'measuredAt', measured_at,
                   'parts', parts, 'leftOut', skipped) from storage where account_id = $1),
         'days', (select coalesce(jsonb_agg(jsonb_build_object('day', day, 'used', used)
                   order by day), '[]') from storage_day where account_id = $1)) as all`,
      [accountId],
    );
    return row!.all;
  },
  async erase(accountId) {
    await database.query('delete from storage_day where account_id = $1', [accountId]);
    await database.query('delete from storage where account_id = $1', [accountId]);
  },
});
