import type { Kernel } from '../../kernel/feature.js';
import type { Json } from '../../kernel/live/live.js';
import type { PersonalData } from '../../kernel/personal-data.js';

/** What somebody chose to hear, by which channel and when. */
export class PersonalSettings implements PersonalData {
  readonly name = 'notification-settings';
  readonly tables = ['preference', 'quiet_hours'];

  constructor(private readonly kernel: Kernel) {}

  async export(accountId: string): Promise<Json> {
    const { database } = this.kernel;
    const preferences = await database.query<{ type: string; channel: string; enabled: boolean }>(
      'select type, channel, enabled from preference where account_id = $1 order by type, channel',
      [accountId],
    );
    const [quietHours] = await database.query<{ from: string; to: string }>(
      'select from_time as "from", to_time as "to" from quiet_hours where account_id = $1',
      [accountId],
    );
    return { preferences, quietHours: quietHours ?? null };
  }

  async erase(accountId: string): Promise<void> {
    for (const table of this.tables) {
      await this.kernel.database.query(`delete from ${table} where account_id = $1`, [accountId]);
    }
  }
}
