import type { Kernel } from '../../kernel/feature.js';
import type { Json } from '../../kernel/live/live.js';
import { beforeOthers, sendMail } from '../../kernel/outbox/mail.js';
import type { QueuedMail } from '../../kernel/outbox/mail.js';
import type { PersonalData } from '../../kernel/personal-data.js';
import { readWhy } from './why.js';

type Sent = { [key: string]: Json; reason: string | null };
type Way = { [key: string]: Json; disabledReason: string | null };

const inWords = (kept: string | null) => (kept === null ? null : readWhy(kept));

/** What was sent to somebody, and where it goes. Targets are told as they are shown: masked. */
export class PersonalDeliveries implements PersonalData {
  readonly name = 'deliveries';
  readonly tables = ['delivery', 'destination', 'burst'];

  constructor(private readonly kernel: Kernel) {}

  async export(accountId: string): Promise<Json> {
    const { database } = this.kernel;
    const [row] = await database.query<{ deliveries: Sent[]; destinations: Way[] }>(
      `select
         (select coalesce(json_agg(d order by d."createdAt"), '[]') from (
            select id, channel, type, target, status, attempts, created_at as "createdAt", sent_at as "sentAt",
              reason_text as reason from delivery where account_id = $1) d) as deliveries,
         (select coalesce(json_agg(t order by t."createdAt"), '[]') from (
            select id, channel, kind, target, events, created_at as "createdAt", disabled_at as "disabledAt",
              disabled_reason as "disabledReason" from destination where account_id = $1) t) as destinations`,
      [accountId],
    );
    const { deliveries, destinations } = row!;
    return {
      deliveries: deliveries.map((sent) => ({ ...sent, reason: inWords(sent.reason) })),
      destinations: destinations.map((way) => ({
        ...way,
        disabledReason: inWords(way.disabledReason),
      })),
    };
  }

  async erase(accountId: string): Promise<void> {
    await this.#handOver(accountId);
    for (const table of this.tables) {
      await this.kernel.database.query(`delete from ${table} where account_id = $1`, [accountId]);
    }
  }

  /**
   * Alerts on their way tell of what came before, perhaps of who now covers his tracks: they leave
   * without the account, sealed as they are.
   */
  async #handOver(accountId: string): Promise<void> {
    const { database, outbox } = this.kernel;
    const waiting = await database.query<QueuedMail>(
      `select id, type as kind, mail_sealed as sealed from delivery
       where account_id = $1 and mail_sealed is not null and next_attempt_at is not null`,
      [accountId],
    );
    await outbox.addAll(
      waiting.map((mail) => ({
        name: sendMail.name,
        payload: mail,
        key: `mail:${mail.id}`,
        priority: beforeOthers,
      })),
    );
  }
}
