import type { Kernel } from '../../kernel/feature.js';
import { openMail } from '../../kernel/mail.js';
import type { MailDestination } from '../../kernel/mail.js';
import type { Job } from '../../kernel/outbox.js';
import { prepared } from '../../kernel/prepared.js';
import { NotTaken } from './channel.js';
import type { Answer, Channel } from './channel.js';
import type { Channels } from './channels.js';
import { jobOf } from './deliveries.js';
import type { DeliveryOutcomes, Tried } from './delivery-outcomes.js';
import { readDelivery } from './delivery-row.js';
import type { DeliveryRow } from './delivery-row.js';
import type { Destinations } from './destinations.js';
import { outboundOf } from './outbound.js';

export interface TryParts {
  readonly kernel: Kernel;
  readonly channels: Channels;
  readonly destinations: Destinations;
  readonly outcomes: DeliveryOutcomes;
}

const read = prepared(readDelivery);

/**
 * One try of one delivery, at least once: whoever crashes between the sending and the noting sends
 * again, under the same id. The queue's lock on the job keeps two from trying at once.
 */
export class DeliveryTries {
  constructor(private readonly parts: TryParts) {}

  /** One for each channel, so that none waits for another. */
  jobs(): Job[] {
    return this.parts.channels.all.map((channel) => ({
      name: jobOf(channel.name),
      lane: { name: channel.name, concurrency: channel.concurrency },
      run: (payload) => this.run(channel, (payload as { id: string }).id),
    }));
  }

  async run(channel: Channel, id: string): Promise<void> {
    const { kernel, outcomes } = this.parts;
    const [row] = await kernel.database.query<DeliveryRow>(read, [id]);
    if (!row || row.carried_by !== null) return;
    const now = kernel.clock.now();
    if (row.next_attempt_at > now) return outcomes.putOff(row, row.next_attempt_at);
    const { paused_until: paused } = row;
    if (paused && paused > now) return outcomes.putOff(row, paused);
    const obstacle = obstacleOf(row);
    if (obstacle !== null) return outcomes.suppress(row, obstacle);
    await this.#send(channel, row, now);
  }

  async #send(channel: Channel, row: DeliveryRow, at: Date): Promise<void> {
    const { kernel, outcomes } = this.parts;
    const { database, settings, log } = kernel;
    // Counted before it is tried: what brings the process down each time must end, too.
    const [counted] = await database.query<{ attempts: number }>(
      'update delivery set attempts = attempts + 1 where id = $1 returning attempts',
      [row.id],
    );
    if (!counted) return;
    const started = performance.now();
    const tried = (error: unknown, answer: Tried['answer']): Tried => ({
      number: counted.attempts,
      at,
      durationMs: performance.now() - started,
      error,
      answer,
    });
    const common = { part: 'delivery', delivery: row.id, channel: channel.name };
    let answer: Answer;
    try {
      const destination = await this.#destinationOf(row);
      answer = await channel.send(destination, outboundOf(row, settings));
    } catch (error) {
      if (error instanceof NotTaken) log.info({ ...common, why: error.message }, 'not taken');
      else log.error({ ...common, err: error }, 'a delivery failed');
      const told = error instanceof NotTaken ? (error.how.answer ?? null) : null;
      return outcomes.notTaken(row, tried(error, told));
    }
    await outcomes.sent(row, tried(null, answer));
    log.info(common, 'delivered');
  }

  async #destinationOf(row: DeliveryRow): Promise<unknown> {
    const { sealer } = this.parts.kernel;
    if (row.mail_sealed) {
      const queued = { id: row.id, kind: row.type, sealed: row.mail_sealed };
      const mail = openMail(queued, sealer);
      return { to: mail.mail.to, mail } satisfies MailDestination;
    }
    if (row.channel === 'EMAIL') {
      const to = { address: row.email, name: row.username };
      return { to, mail: null } satisfies MailDestination;
    }
    return this.parts.destinations.open(row.destination_id!);
  }
}

/** Why it is no use to try; a code of `delivery.reason`. */
function obstacleOf(row: DeliveryRow): string | null {
  if (row.mail_sealed) return null;
  if (row.account_disabled) return 'accountDisabled';
  if (row.channel !== 'EMAIL' && row.destination_id === null) return 'noDestination';
  return row.destination_disabled ? 'disabled' : null;
}
