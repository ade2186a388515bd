import { randomInt } from 'node:crypto';
import type { Kernel } from '../../kernel/feature.js';
import { defineEvent } from '../../kernel/events.js';
import { newId } from '../../kernel/id.js';
import type { Json } from '../../kernel/live.js';
import type { Viewer } from '../../kernel/viewer.js';

export interface ActivityRecorded {
  readonly id: string;
  /** Null for what the command line did to nobody in particular. */
  readonly accountId: string | null;
  readonly kind: string;
  readonly at: string;
  readonly reference: string;
  readonly details: Record<string, Json>;
}

/** Heard by whoever tells the owner; the row itself is already in the log. */
const activityRecorded = defineEvent<ActivityRecorded>('activity.recorded');

const mostUserAgent = 512;
/** Crockford's alphabet: no letters that are misread or that spell words. */
const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/**
 * The append-only log of what happened to an account. Recorded in the transaction that made it
 * happen, together with the event that tells others, so neither can be without the other.
 */
export class Activities {
  constructor(private readonly kernel: Kernel) {}

  async record(
    viewer: Viewer,
    accountId: string | null,
    kind: string,
    details: Record<string, Json> = {},
    at = this.kernel.clock.now(),
  ): Promise<void> {
    const { database, events } = this.kernel;
    const recorded: ActivityRecorded = {
      id: newId(),
      accountId,
      kind,
      at: at.toISOString(),
      reference: newReference(),
      details,
    };
    await database.transaction(async () => {
      await database.query(
        `insert into activity (id, account_id, kind, at, actor, actor_kind, address, user_agent, details, reference)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
        [
          recorded.id,
          accountId,
          kind,
          recorded.at,
          viewer.name,
          viewer.kind,
          viewer.origin.address,
          viewer.origin.userAgent?.slice(0, mostUserAgent) ?? null,
          JSON.stringify(details),
          recorded.reference,
        ],
      );
      await events.emit(activityRecorded, recorded);
    });
  }
}

/** Short enough to read out: 40 bits, enough among a site's alerts, and no secret. */
function newReference(): string {
  const letters = Array.from({ length: 8 }, () => alphabet[randomInt(alphabet.length)]);
  return `${letters.slice(0, 4).join('')}-${letters.slice(4).join('')}`;
}
