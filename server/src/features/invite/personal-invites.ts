import type { Database } from '../../kernel/database/database.js';
import type { Json } from '../../kernel/live/live.js';
import type { PersonalData } from '../../kernel/personal-data.js';

/** Whom somebody invited. The invites stay good without their name, since others wait for them. */
export const personalInvites = (database: Database): PersonalData => ({
  name: 'invites',
  tables: ['invite'],
  async export(accountId) {
    const [row] = await database.query<{ all: Json }>(
      `select coalesce(jsonb_agg(jsonb_build_object('email', email, 'createdAt', created_at)
         order by created_at), '[]') as all
       from invite where invited_by = $1`,
      [accountId],
    );
    return row!.all;
  },
  async erase(accountId) {
    await database.query('update invite set invited_by = null where invited_by = $1', [accountId]);
    // One that came to her address, and was not needed.
    await database.query(
      'delete from invite where email_canonical = (select email_canonical from account where id = $1)',
      [accountId],
    );
  },
});
