import type { Kernel } from '../../kernel/feature.js';
import type { Job } from '../../kernel/outbox/outbox.js';
import type { DeliveryFailures, FailingMail } from './delivery-failures.js';

const lateMinutes = 60;
const batch = 500;

/**
 * A security mail that nobody took for an hour, whatever the reason, may come days later: until then
 * its reader is told here that it waits.
 */
export class LateAlerts {
  constructor(
    private readonly kernel: Kernel,
    private readonly failures: DeliveryFailures,
  ) {}

  job(): Job {
    return { name: 'delivery.late', cron: '* * * * *', run: () => this.tell() };
  }

  async tell(): Promise<void> {
    const { database, clock } = this.kernel;
    const late = await database.query<FailingMail>(
      `select distinct on (d.account_id, d.target) d.id, d.account_id, d.target, d.channel, d.reason_text as reason
       from delivery d join account a on a.id = d.account_id
       where d.essential and d.channel = 'EMAIL' and d.next_attempt_at is not null
         and d.created_at <= $1::timestamptz - ${lateMinutes} * interval '1 minute'
         and a.disabled_at is null
         and not exists (
           select from burst b where b.account_id = d.account_id and b.channel = d.channel
             and b.type = 'delivery.failing:late:' || d.target and b.until > $1)
       order by d.account_id, d.target, d.created_at limit ${batch}`,
      [clock.now()],
    );
    for (const mail of late) {
      await database.transaction(() => this.failures.tellOfAlert(mail, 'late'));
    }
  }
}
