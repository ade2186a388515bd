import { refuse } from '../../kernel/errors.js';
import type { Kernel } from '../../kernel/feature.js';
import { requireAccount } from '../../kernel/access/viewer.js';
import type { Viewer } from '../../kernel/access/viewer.js';

const shape = /^([01]\d|2[0-3]):[0-5]\d$/;

export interface QuietHours {
  readonly from: string;
  readonly to: string;
}

/** When a person wants to hear only what is critical, by the clock on his wall. */
export class QuietTimes {
  constructor(private readonly kernel: Kernel) {}

  async find(accountId: string): Promise<QuietHours | null> {
    const [row] = await this.kernel.database.query<QuietHours>(
      'select from_time as "from", to_time as "to" from quiet_hours where account_id = $1',
      [accountId],
    );
    return row ?? null;
  }

  /** @throws BAD_USER_INPUT field `from` or `to` */
  async set(viewer: Viewer, hours: QuietHours | null): Promise<void> {
    requireAccount(viewer);
    const { database } = this.kernel;
    if (hours === null) {
      await database.query('delete from quiet_hours where account_id = $1', [viewer.accountId]);
      return;
    }
    for (const field of ['from', 'to'] as const) {
      if (!shape.test(hours[field])) {
        refuse('BAD_USER_INPUT', 'This must be a time of day, as 22:00.', { field });
      }
    }
    if (hours.from === hours.to) {
      refuse('BAD_USER_INPUT', 'They must end at another time than they begin.', { field: 'to' });
    }
    await database.query(
      `insert into quiet_hours (account_id, from_time, to_time) values ($1, $2, $3)
       on conflict (account_id) do update set from_time = excluded.from_time, to_time = excluded.to_time`,
      [viewer.accountId, hours.from, hours.to],
    );
  }
}
