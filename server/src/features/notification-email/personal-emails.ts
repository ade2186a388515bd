import type { Kernel } from '../../kernel/feature.js';
import type { Json } from '../../kernel/live/live.js';
import type { PersonalData } from '../../kernel/personal-data.js';

/** The addresses that somebody's notifications are mailed to. */
export class PersonalEmails implements PersonalData {
  readonly name = 'notification-emails';
  readonly tables = ['notification_email'];

  constructor(private readonly kernel: Kernel) {}

  export(accountId: string): Promise<Json> {
    return this.kernel.database.query<{ [key: string]: Json }>(
      `select nullif(category, '') as category, email, pending_email as "pendingEmail"
       from notification_email where account_id = $1 order by category`,
      [accountId],
    );
  }

  async erase(accountId: string): Promise<void> {
    await this.kernel.database.query('delete from notification_email where account_id = $1', [
      accountId,
    ]);
  }
}
