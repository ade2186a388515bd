import type { Kernel } from '../../kernel/feature.js';
import type { Notices } from '../notification/notices.js';
import type { ChannelName, Refused } from '../delivery/channel.js';
import type { DeliveryRow } from './delivery-row.js';
import type { Destinations } from '../delivery/destinations.js';
import { readWhy, writeWhy } from '../delivery/why.js';
import type { Why } from '../delivery/why.js';

/** What of a delivery is told when it fails. */
export interface FailingMail {
  readonly id: string;
  readonly account_id: string;
  readonly channel: ChannelName;
  readonly target: string;
  /** As it is kept (`writeWhy`). */
  readonly reason: string | null;
}

/** Where nothing was tried yet. */
const noAnswer = '–';
const failingDays = 5;
const toldHours = 24;

/** What failing means beyond the delivery that failed: for its destination, its channel and its reader. */
export class DeliveryFailures {
  constructor(
    private readonly kernel: Kernel,
    private readonly destinations: Destinations,
    private readonly notices: Notices,
  ) {}

  /** @returns whether the destination was switched off */
  async note(row: DeliveryRow, how: Refused, why: Why | string): Promise<boolean> {
    const { database, clock } = this.kernel;
    const now = clock.now();
    if (how.wholeChannel) {
      await database.query(
        `insert into channel_pause as p (channel, until) values ($1, $2)
         on conflict (channel) do update set until = greatest(p.until, excluded.until)`,
        [row.channel, new Date(now.getTime() + (how.retryAfter ?? 60) * 1_000)],
      );
    }
    if (row.destination_id === null) return false;
    const since = row.destination_failing_since ?? now;
    const isTooLong = now.getTime() - since.getTime() >= failingDays * 86_400_000;
    if (how.gone || (row.channel === 'WEBHOOK' && isTooLong)) {
      await this.destinations.switch(row.destination_id, false, writeWhy(why));
      return true;
    }
    await database.query(
      'update destination set failing_since = coalesce(failing_since, $2) where id = $1',
      [row.destination_id, now],
    );
    return false;
  }

  async over(row: DeliveryRow): Promise<void> {
    if (row.destination_id === null || row.destination_failing_since === null) return;
    await this.kernel.database.query('update destination set failing_since = null where id = $1', [
      row.destination_id,
    ]);
  }

  /** Its reader hears of it by another way, once a day for each channel, and of alerts for each address. */
  async tell(row: DeliveryRow, why: Why | string): Promise<void> {
    if (row.type === failing || row.account_disabled) return;
    const reason = writeWhy(why);
    if (row.essential) return this.tellOfAlert({ ...row, reason }, 'refused');
    const { channel, target } = row;
    if (!(await this.#isFirst(row, `${failing}:told`))) return;
    await this.#send(row, { channel, target, ...told(reason) }, '/notification-settings');
  }

  /** In the caller's transaction. Words of their own, since what the mail says is in the page already. */
  async tellOfAlert(mail: FailingMail, how: 'refused' | 'late'): Promise<void> {
    const { channel, target, reason } = mail;
    if (!(await this.#isFirst(mail, `${failing}:${how}:${target}`))) return;
    const data = { channel, target, ...told(reason ?? noAnswer), alert: how };
    await this.#send(mail, data, '/security');
  }

  async #isFirst(
    { id, account_id, channel }: Omit<FailingMail, 'reason'>,
    what: string,
  ): Promise<boolean> {
    const { database, clock } = this.kernel;
    const now = clock.now();
    const until = new Date(now.getTime() + toldHours * 3_600_000);
    const first = await database.query(
      `insert into burst as b (account_id, type, channel, opened_by, until) values ($1, $2, $3, $4, $5)
       on conflict (account_id, type, channel) do update
         set opened_by = excluded.opened_by, until = excluded.until where b.until <= $6
       returning until`,
      [account_id, what, channel, id, until, now],
    );
    return first.length > 0;
  }

  async #send(
    mail: Omit<FailingMail, 'reason'>,
    data: Record<string, string>,
    url: string,
  ): Promise<void> {
    await this.notices.send({
      type: failing,
      audience: { accountIds: [mail.account_id] },
      texts: null,
      data: { ...data, deliveryId: mail.id },
      url,
      without: [mail.channel],
    });
  }
}

/** Programs read `reason`; people read `why` in their own language. */
const told = (kept: string) => ({ reason: readWhy(kept), why: kept });

const failing = 'delivery.failing';
