import type { Database } from '../../kernel/database/database.js';
import type { PersonalData } from '../../kernel/personal-data.js';

/** Who waits with the address of somebody is a stranger: hers to forget, not to read. */
export const personalRegistrations = (database: Database): PersonalData => ({
  name: 'registrations',
  tables: ['registration'],
  export: () => Promise.resolve([]),
  async erase(accountId) {
    await database.query(
      `delete from registration
       where email_canonical = (select email_canonical from account where id = $1)`,
      [accountId],
    );
  },
});
