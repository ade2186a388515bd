import type { Database } from '../../kernel/database/database.js';
import type { Json } from '../../kernel/live/live.js';
import type { PersonalData } from '../../kernel/personal-data.js';

/** A person's e-mail accounts and domains, as their mail server told of them. */
export const personalMailbox = (database: Database): PersonalData => ({
  name: 'mail',
  tables: ['email_account', 'domain'],
  async export(accountId) {
    const [row] = await database.query<{ all: Json }>(
      `select jsonb_build_object(
         'emailAccounts', (select coalesce(jsonb_agg(jsonb_build_object('address', address,
             'archive', archive, 'used', used, 'quota', quota) order by address_canonical), '[]')
           from email_account where account_id = $1),
         'domains', (select coalesce(jsonb_agg(jsonb_build_object('name', name,
             'createdAt', created_at) order by name), '[]')
           from domain where account_id = $1)) as all`,
      [accountId],
    );
    return row!.all;
  },
  async erase(accountId) {
    await database.query('delete from email_account where account_id = $1', [accountId]);
    await database.query('delete from domain where account_id = $1', [accountId]);
  },
});
