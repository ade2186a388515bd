import type { Sealer } from '../../kernel/crypto/seal.js';
import { digestOf, hashOfEntry, markOf } from '../activity/chain.js';
import type { Batch, Entry, Marked } from '../activity/chain.js';

/** Something that is not as it was sealed. */
export interface Fault {
  /** Null for what no batch holds. */
  readonly batch: number | null;
  /** Null when the batch itself is wrong. */
  readonly activityId: string | null;
  readonly reference: string | null;
  readonly fault: string;
}

/** Counts all and keeps the first: a log that was replaced has as many as entries. */
export class Faults {
  static readonly most = 100;
  readonly first: Fault[] = [];
  count = 0;

  add(...faults: readonly Fault[]): void {
    this.count += faults.length;
    this.first.push(...faults.slice(0, Faults.most - this.first.length));
  }
}

export const aboutBatch = (batch: number, fault: string): Fault => ({
  batch,
  activityId: null,
  reference: null,
  fault,
});

export type SealedBatch = Batch & Marked;

/** An entry with what is personal of it; a salt is null when that part was emptied. */
export interface StoredEntry extends Entry {
  readonly hasPerson: boolean;
  readonly actor: string | null;
  readonly address: string | null;
  readonly userAgent: string | null;
  readonly doerSalt: string | null;
  readonly details: string | null;
  readonly detailsSalt: string | null;
  /** Whether the accounts it is about and was done by still exist; null: there were none. */
  readonly accountExists: boolean | null;
  readonly actorExists: boolean | null;
}

/** What is wrong with a batch by itself, and with where it stands. */
export function faultsOfBatch(
  batch: SealedBatch,
  before: { readonly number: number; readonly hash: Buffer },
  hash: Buffer,
  sealer: Sealer,
): Fault[] {
  const found: string[] = [];
  if (batch.number !== before.number + 1) found.push(`it follows on ${before.number}: one is gone`);
  else if (!batch.previous.equals(before.hash)) found.push('it does not follow the one before');
  if (!batch.hash.equals(hash)) found.push('it was changed after it was sealed');
  else if (markOf(batch, sealer) === 'wrong') found.push('its mark is not from this site’s key');
  return found.map((fault) => aboutBatch(batch.number, fault));
}

/** A mark by a key that was given up since proves nothing, unless a later one covers it. */
export function faultsOfHead(last: SealedBatch, sealer: Sealer): Fault[] {
  if (markOf(last, sealer) !== 'unknown') return [];
  return [aboutBatch(last.number, 'its mark was made with a key that SECRET_KEY lacks')];
}

/** What is wrong with an entry, or null. @param since before it everything personal is emptied */
export function faultOfEntry(
  entry: StoredEntry | null,
  sealed: Buffer | undefined,
  since: Date,
): string | null {
  if (entry === null) return 'it was deleted';
  if (!sealed || !hashOfEntry(entry).equals(sealed)) return 'it was changed';
  const { doerSalt, detailsSalt, actor, address, userAgent, details } = entry;
  if (doerSalt !== null) {
    if (!digestOf(doerSalt, actor, address, userAgent).equals(entry.doerHash)) {
      return 'who did it, or from where, was changed';
    }
  }
  if (detailsSalt !== null && !digestOf(detailsSalt, details).equals(entry.detailsHash)) {
    return 'its details were changed';
  }
  return isRightlyEmptied(entry, since) ? null : 'what is personal of it was taken away';
}

/** After a year everything, with its account everything, and the doer with the account of the doer. */
function isRightlyEmptied(entry: StoredEntry, since: Date): boolean {
  if (new Date(entry.at) < since || entry.accountExists === false) return true;
  if (!entry.hasPerson) return false;
  // Details alone are emptied when they name somebody who was deleted; who that was is gone as well.
  return entry.doerSalt !== null || entry.actorExists === false;
}
