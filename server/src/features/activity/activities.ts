import { randomBytes, randomInt } from 'node:crypto';
import { deviceOf } from '../../kernel/text/device.js';
import { defineEvent } from '../../kernel/outbox/events.js';
import type { Kernel } from '../../kernel/feature.js';
import { newId } from '../../kernel/id.js';
import type { Json } from '../../kernel/live/live.js';
import { prepared } from '../../kernel/database/prepared.js';
import type { Viewer } from '../../kernel/access/viewer.js';

export interface ActivityRecorded {
  readonly id: string;
  /** Null for what the command line did to nobody in particular. */
  readonly accountId: string | null;
  readonly kind: string;
  readonly at: string;
  readonly reference: string;
  readonly details: Record<string, Json>;
}

/** Hears of what is recorded while it happens, in its transaction: what a job would see too late. */
export interface Witness {
  attend(recorded: ActivityRecorded, viewer: Viewer): Promise<void>;
}

/** Heard by whoever has to do something about it afterwards; the row itself is already in the log. */
const activityRecorded = defineEvent<ActivityRecorded>('activity.recorded');

const mostUserAgent = 512;
/** Crockford's alphabet: no letters that are misread or that spell words. */
const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

// One statement, since it is part of every change. The database hashes, because it alone knows how
// it writes the details.
const insert = prepared(`
  with entry as (
    insert into activity_entry (id, account_id, actor_id, actor_kind, kind, at, reference,
      doer_hash, details_hash)
    values ($1, $2, $3, $4, $5, $6, $7,
      activity_digest($12, $8, $9, $10), activity_digest($13, $11::jsonb::text))
  ), waiting as (
    insert into activity_waiting (activity_id) values ($1)
  )
  insert into activity_person (activity_id, actor, address, user_agent, details, doer_salt,
    details_salt, search)
  values ($1, $8, $9, $10, $11::jsonb, $12, $13, $14)`);

/**
 * The append-only log of what happened to an account. Recorded in the transaction that made it
 * happen, together with the event that tells others, so neither can be without the other.
 */
export class Activities {
  readonly #witnesses: Witness[] = [];

  constructor(private readonly kernel: Kernel) {}

  register(witness: Witness): void {
    this.#witnesses.push(witness);
  }

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
      await database.query(insert, rowOf(recorded, viewer));
      await events.emit(activityRecorded, recorded);
      for (const witness of this.#witnesses) await witness.attend(recorded, viewer);
    });
  }
}

function rowOf(recorded: ActivityRecorded, viewer: Viewer): unknown[] {
  const { address } = viewer.origin;
  const userAgent = viewer.origin.userAgent?.slice(0, mostUserAgent) ?? null;
  const { browser, os } = deviceOf(userAgent);
  const said = [viewer.name, address, browser, os, ...leaves(recorded.details)];
  const search = [recorded.kind, recorded.reference, ...said].filter(Boolean).join(' ');
  return [
    recorded.id,
    recorded.accountId,
    viewer.accountId,
    viewer.kind,
    recorded.kind,
    recorded.at,
    recorded.reference,
    viewer.name,
    address,
    userAgent,
    JSON.stringify(recorded.details),
    newSalt(),
    newSalt(),
    search.toLowerCase(),
  ];
}

/** What the details say, without the names of their fields, which nobody would search for. */
function leaves(value: Json): string[] {
  if (value === null || typeof value === 'boolean') return [];
  if (typeof value !== 'object') return [String(value)];
  return Object.values(value).flatMap(leaves);
}

/** What is hashed may be guessed, as an address can; with this gone, not even that. */
const newSalt = () => randomBytes(16).toString('hex');

/** Short enough to read out: 40 bits, enough among a site's alerts, and no secret. */
function newReference(): string {
  const letters = Array.from({ length: 8 }, () => alphabet[randomInt(alphabet.length)]);
  return `${letters.slice(0, 4).join('')}-${letters.slice(4).join('')}`;
}
