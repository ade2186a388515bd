import type { Database } from '../../kernel/database/database.js';
import { personalTables } from '../../kernel/personal-data.js';
import type { PersonalData } from '../../kernel/personal-data.js';

/** The address somebody is to have; and that another wanted hers, which would outlive her for a day. */
export function personalEmailChanges(database: Database): PersonalData {
  const own = personalTables(database, 'email-change', { email_change: 'email, expires_at' });
  return {
    ...own,
    async erase(accountId) {
      await own.erase(accountId);
      await database.query(
        `delete from email_change
         where email_canonical = (select email_canonical from account where id = $1)`,
        [accountId],
      );
    },
  };
}
