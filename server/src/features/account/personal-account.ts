import type { Database } from '../../kernel/database/database.js';
import type { Json } from '../../kernel/live/live.js';
import type { PersonalData } from '../../kernel/personal-data.js';

/** Who somebody is. The row itself goes last, when every room has given up its share. */
export const personalAccount = (database: Database): PersonalData => ({
  name: 'account',
  tables: ['account'],
  async export(accountId) {
    const [row] = await database.query<{ one: Json }>(
      `select to_jsonb(one) as one from (
         select username, email, email_verified, display_name, locale, time_zone, role, permissions,
           created_at
         from account where id = $1) as one`,
      [accountId],
    );
    return row!.one;
  },
  erase: () => Promise.resolve(),
});
