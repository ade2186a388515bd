import { createHash } from 'node:crypto';
import type { Kernel } from '../../kernel/feature.js';
import { beforeOthers } from '../../kernel/outbox/mail.js';
import type { Mail } from '../../kernel/outbox/mail.js';
import type { ChannelName } from './channel.js';
import { maskEmail } from './mask.js';

export interface AlertMail {
  readonly accountId: string;
  readonly type: string;
  /** What it tells of. */
  readonly activityId: string;
  readonly to: string;
  /** Its id and recipient are set here. */
  readonly mail: Mail;
  /** Leaves before others that wait. */
  readonly essential: boolean;
}

/** The job that tries a delivery once; there is one for each channel, in a lane of its own. */
export const jobOf = (channel: ChannelName) => `delivery.${channel}`;
const keyOf = (id: string) => `delivery:${id}`;

/** What is on its way: written in the transaction that causes it, each with the job that tries it first. */
export class Deliveries {
  constructor(private readonly kernel: Kernel) {}

  /**
   * A mail that a room has written itself, in the caller's transaction. However often it is asked
   * for, one mail of its kind goes for an activity to an address.
   * @returns the delivery's id
   */
  async addMail(alert: AlertMail): Promise<string> {
    const { database, mailer, clock } = this.kernel;
    const { accountId, type, activityId, to, essential } = alert;
    const id = idFrom(`${activityId}:${alert.mail.kind}:${to}`);
    const { sealed } = mailer.seal({ ...alert.mail, id, to: { ...alert.mail.to, address: to } });
    const now = clock.now();
    return database.transaction(async () => {
      const written = await database.query(
        `insert into delivery (id, account_id, activity_id, mail_sealed, type, channel, target, essential,
           status, created_at, next_attempt_at)
         values ($1, $2, $3, $4, $5, 'EMAIL', $6, $7, 'PENDING', $8, $8)
         on conflict do nothing returning id`,
        [id, accountId, activityId, sealed, type, maskEmail(to), essential, now],
      );
      if (written.length > 0) await this.enqueue(id, 'EMAIL', { essential });
      return id;
    });
  }

  /** The next try, in the caller's transaction; one that waits already is replaced. */
  async enqueue(
    id: string,
    channel: ChannelName,
    { essential, at }: { essential: boolean; at?: Date },
  ): Promise<void> {
    await this.kernel.outbox.addAll([
      {
        name: jobOf(channel),
        payload: { id },
        key: keyOf(id),
        ...(at ? { runAt: at } : {}),
        ...(essential ? { priority: beforeOthers } : {}),
      },
    ]);
  }
}

/** A UUID of version 8 (RFC 9562 section 5.8) that says nothing of what it was made from. */
function idFrom(text: string): string {
  const bytes = createHash('sha256').update(text).digest().subarray(0, 16);
  bytes[6] = (bytes[6]! & 0x0f) | 0x80;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  const hex = bytes.toString('hex');
  return [0, 8, 12, 16, 20]
    .map((start, index, starts) => hex.slice(start, starts[index + 1]))
    .join('-');
}
