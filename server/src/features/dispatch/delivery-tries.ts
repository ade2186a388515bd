import type { Kernel } from '../../kernel/feature.js';
import { openMail } from '../../kernel/outbox/mail.js';
import type { MailDestination } from '../../kernel/outbox/mail.js';
import type { Job } from '../../kernel/outbox/outbox.js';
import { prepared } from '../../kernel/database/prepared.js';
import { NotTaken } from '../delivery/channel.js';
import type { Answer, Channel, OutboundMessage } from '../delivery/channel.js';
import type { Channels } from '../delivery/channels.js';
import { jobOf } from '../delivery/deliveries.js';
import type { DeliveryOutcomes, Tried } from './delivery-outcomes.js';
import { readAddress, readCarried, readDelivery } from './delivery-row.js';
import type { CarriedRow, DeliveryRow } from './delivery-row.js';
import type { Destinations } from '../delivery/destinations.js';
import type { Holds } from './holds.js';
import type { KnownTypes } from '../notification/known-types.js';
import { outboundOf, outboundOfMany } from './outbound.js';
import type { Turns } from './turns.js';

export interface TryParts {
  readonly kernel: Kernel;
  readonly channels: Channels;
  readonly destinations: Destinations;
  readonly holds: Holds;
  readonly turns: Turns;
  readonly outcomes: DeliveryOutcomes;
  readonly types: KnownTypes;
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
    const { kernel, outcomes, holds, turns } = this.parts;
    const row = await this.#find(id);
    if (!row) return;
    const now = kernel.clock.now();
    if (row.next_attempt_at > now) return outcomes.putOff(row, row.next_attempt_at, null);
    const { paused_until: paused } = row;
    if (paused && paused > now) return outcomes.putOff(row, paused, 'paused');
    const obstacle = obstacleOf(row);
    if (obstacle !== null) return outcomes.suppress(row, obstacle);
    const hold = await holds.find(row);
    if (hold) return outcomes.putOff(row, hold.until, hold.reason);
    if (!(await holds.gather(row))) return;
    const later = await turns.take(row);
    if (later) return outcomes.putOff(row, later, null);
    await this.#send(channel, row, true).finally(() => turns.end(row));
  }

  /** A try that somebody waits for: at once, and not again. */
  async runNow(channel: Channel, id: string): Promise<void> {
    const row = await this.#find(id);
    if (row) await this.#send(channel, row, false);
  }

  async #find(id: string): Promise<DeliveryRow | null> {
    const [row] = await this.parts.kernel.database.query<DeliveryRow>(read, [id]);
    return row && row.carried_by === null ? row : null;
  }

  async #send(channel: Channel, row: DeliveryRow, again: boolean): Promise<void> {
    const { kernel, outcomes } = this.parts;
    const { database, log, clock } = kernel;
    // Counted before it is tried: what brings the process down each time must end, too.
    const [counted] = await database.query<{ attempts: number }>(
      'update delivery set attempts = attempts + 1 where id = $1 returning attempts',
      [row.id],
    );
    if (!counted) return;
    const at = clock.now();
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
      answer = await channel.send(await this.#destinationOf(row), await this.#outboundOf(row));
    } catch (error) {
      if (error instanceof NotTaken) log.info({ ...common, why: error.message }, 'not taken');
      else log.error({ ...common, err: error }, 'a delivery failed');
      const told = error instanceof NotTaken ? (error.how.answer ?? null) : null;
      return outcomes.notTaken(row, tried(error, told), again);
    }
    await outcomes.sent(row, tried(null, answer));
    log.info(common, 'delivered');
  }

  async #outboundOf(row: DeliveryRow): Promise<OutboundMessage> {
    const { kernel, types } = this.parts;
    const carried = row.held ? await kernel.database.query<CarriedRow>(readCarried, [row.id]) : [];
    if (carried.length === 0) return outboundOf(row, kernel.settings);
    const name = (await types.find(row.type))?.name(row.locale) ?? row.type;
    return outboundOfMany(row, carried, name, kernel.settings);
  }

  async #destinationOf(row: DeliveryRow): Promise<unknown> {
    const { kernel, destinations } = this.parts;
    if (row.mail_sealed) {
      const queued = { id: row.id, kind: row.type, sealed: row.mail_sealed };
      const mail = openMail(queued, kernel.sealer);
      return { to: mail.mail.to, mail } satisfies MailDestination;
    }
    if (row.channel !== 'EMAIL') return destinations.open(row.destination_id!);
    const [found] = await kernel.database.query<{ email: string }>(readAddress, [
      row.account_id,
      row.category ?? '',
    ]);
    const to = { address: found!.email, name: row.username };
    return { to, mail: null } satisfies MailDestination;
  }
}

/** Why it is no use to try; a code of `delivery.reason`. */
function obstacleOf(row: DeliveryRow): string | null {
  if (row.mail_sealed) return null;
  if (row.account_disabled) return 'accountDisabled';
  if (row.channel !== 'EMAIL' && row.destination_id === null) return 'noDestination';
  return row.destination_disabled ? 'disabled' : null;
}
