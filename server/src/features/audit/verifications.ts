import type { Kernel } from '../../kernel/feature.js';
import { requirePermission } from '../../kernel/access/viewer.js';
import type { Viewer } from '../../kernel/access/viewer.js';
import { beginning, hashOfBatch } from '../activity/chain.js';
import { toldSince } from '../activity/retention.js';
import { aboutBatch, Faults, faultOfEntry, faultsOfBatch, faultsOfHead } from './faults.js';
import type { Fault, SealedBatch, StoredEntry } from './faults.js';
import { SealedLog } from './sealed-log.js';

export interface Verification {
  readonly holds: boolean;
  readonly batches: number;
  readonly entries: number;
  /** Entries of which something personal was emptied, as it is after a year or with its account. */
  readonly emptied: number;
  /** Not sealed yet: at most a minute's, while a server runs. */
  readonly waiting: number;
  readonly head: { readonly number: number; readonly hash: string } | null;
  /** The first of them. */
  readonly faults: readonly Fault[];
}

/** Whether what happened is still told as it was when it was sealed. */
export class Verifications {
  readonly #log: SealedLog;

  constructor(private readonly kernel: Kernel) {
    this.#log = new SealedLog(kernel.database);
  }

  /** @param known a batch's number and hash noted elsewhere, which must still be in the chain */
  async verify(
    viewer: Viewer,
    known: { number: number; hash: string } | null = null,
  ): Promise<Verification> {
    requirePermission(viewer, 'admin.audit');
    const since = toldSince(this.kernel.clock.now());
    const faults = new Faults();
    const count = { batches: 0, entries: 0, emptied: 0 };
    let last: SealedBatch | null = null;
    for await (const batch of this.#log.batches()) {
      const { sealer } = this.kernel;
      const before = last ?? { number: 0, hash: beginning };
      faults.add(...faultsOfBatch(batch, before, hashOfBatch(batch), sealer));
      if (known?.number === batch.number && known.hash !== batch.hash.toString('hex')) {
        faults.add(aboutBatch(batch.number, 'another hash was noted for it'));
      }
      const entries = await this.#log.entriesOf(batch);
      faults.add(...this.#compare(batch, entries, since));
      count.batches += 1;
      count.entries += batch.entryIds.length;
      count.emptied += [...entries.values()].filter(isEmptied).length;
      last = batch;
    }
    if (known && known.number > (last?.number ?? 0)) {
      faults.add(aboutBatch(known.number, 'it was noted, and is gone'));
    }
    if (last) faults.add(...faultsOfHead(last, this.kernel.sealer));
    for (const { id, reference } of await this.#log.unsealed(Faults.most)) {
      const fault = 'it is in no batch, and does not wait for one';
      faults.add({ batch: null, activityId: id, reference, fault });
    }
    return {
      ...count,
      holds: faults.count === 0,
      waiting: await this.#log.waiting(),
      head: last && { number: last.number, hash: last.hash.toString('hex') },
      faults: faults.first,
    };
  }

  #compare(batch: SealedBatch, entries: ReadonlyMap<string, StoredEntry>, since: Date): Fault[] {
    return batch.entryIds.flatMap((id, index) => {
      const entry = entries.get(id) ?? null;
      const fault = faultOfEntry(entry, batch.entryHashes[index], since);
      const reference = entry?.reference ?? null;
      return fault === null ? [] : [{ batch: batch.number, activityId: id, reference, fault }];
    });
  }
}

const isEmptied = ({ doerSalt, detailsSalt }: StoredEntry) =>
  doerSalt === null || detailsSalt === null;
