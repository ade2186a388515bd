import { createHash } from 'node:crypto';
import type { Sealed, Sealer } from '../../kernel/crypto/seal.js';

/** What of an activity is sealed. `at` to the microsecond, as PostgreSQL keeps it. */
export interface Entry {
  readonly id: string;
  readonly accountId: string | null;
  readonly actorId: string | null;
  readonly actorKind: string;
  readonly kind: string;
  readonly at: string;
  readonly reference: string;
  readonly doerHash: Buffer;
  readonly detailsHash: Buffer;
}

export const entryColumns = `e.id, e.account_id as "accountId", e.actor_id as "actorId",
  e.actor_kind as "actorKind", e.kind, e.reference,
  to_char(e.at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as at,
  e.doer_hash as "doerHash", e.details_hash as "detailsHash"`;

export interface Batch {
  readonly number: number;
  readonly sealedAt: Date;
  readonly entryIds: readonly string[];
  readonly entryHashes: readonly Buffer[];
  /** The hash of the batch before; of the first one, `beginning`. */
  readonly previous: Buffer;
}

/** Before the first batch. */
export const beginning = Buffer.alloc(32);

/** For the seal of a batch's hash: opens for this batch alone. */
export const purposeOf = (batch: { readonly number: number }) => `activity-seal:${batch.number}`;

/** With their lengths, so that no two lists read alike when they are joined. */
function joined(parts: readonly (string | null)[]): string {
  const told = parts.map((part) => (part === null ? '-' : `${Buffer.byteLength(part)}:${part}`));
  return told.join('');
}

const sha256 = (text: string) => createHash('sha256').update(text).digest();
const hex = (hash: Buffer) => hash.toString('hex');

/** What `activity_digest` makes in the database: a hash of what is personal, by its own salt. */
export function digestOf(salt: string, ...parts: readonly (string | null)[]): Buffer {
  return sha256(salt + joined(parts));
}

export function hashOfEntry(entry: Entry): Buffer {
  const { id, accountId, actorId, actorKind, kind, at, reference, doerHash, detailsHash } = entry;
  const hashes = [hex(doerHash), hex(detailsHash)];
  return sha256(joined([id, accountId, actorId, actorKind, kind, at, reference, ...hashes]));
}

export function hashOfBatch(batch: Batch): Buffer {
  const { number, sealedAt, entryIds, entryHashes, previous } = batch;
  const head = [hex(previous), String(number), sealedAt.toISOString(), String(entryIds.length)];
  return sha256(joined([...head, ...entryIds, ...entryHashes.map(hex)]));
}

/** A batch whose hash was sealed under the site's key. */
export interface Marked {
  readonly number: number;
  readonly hash: Buffer;
  readonly mark: Sealed;
}

/** `unknown`: by a key that is not at hand any more. */
export function markOf(batch: Marked, sealer: Sealer): 'right' | 'wrong' | 'unknown' {
  try {
    if (!sealer.canOpen(batch.mark)) return 'unknown';
    return sealer.open(batch.mark, purposeOf(batch)) === hex(batch.hash) ? 'right' : 'wrong';
  } catch {
    return 'wrong';
  }
}
