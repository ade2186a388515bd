import type { Kernel } from '../../kernel/feature.js';
import { beginning, entryColumns, hashOfBatch, hashOfEntry, markOf, purposeOf } from './chain.js';
import type { Batch, Entry, Marked } from './chain.js';

const mostInBatch = 5_000;

/**
 * Seals what happened into a chain: each batch is hashed together with the one before, and its hash
 * sealed under the site's key. Whoever can write to the database can change a row, but without the
 * key cannot make a chain that holds it.
 */
export class Seals {
  constructor(private readonly kernel: Kernel) {}

  /** Everything that waits, by whichever server comes first. @returns how many entries */
  async sealAll(): Promise<number> {
    let all = 0;
    for (;;) {
      const sealed = await this.#sealBatch();
      all += sealed;
      if (sealed < mostInBatch) return all;
    }
  }

  #sealBatch(): Promise<number> {
    const { database, clock, log } = this.kernel;
    return database.transaction(async () => {
      // One at a time, each on top of the last: two batches on one would be a fork.
      await database.query('lock table activity_seal in exclusive mode');
      const last = await this.#last();
      const entries = await this.#take();
      if (entries.length === 0 && !last?.isOfAnOlderKey) return 0;
      const batch: Batch = {
        number: (last?.number ?? 0) + 1,
        sealedAt: clock.now(),
        entryIds: entries.map(({ id }) => id),
        entryHashes: entries.map(hashOfEntry),
        previous: last?.hash ?? beginning,
      };
      const hash = await this.#write(batch);
      // What the log tells elsewhere cannot be taken back here.
      log.info({ batch: batch.number, entries: entries.length, hash }, 'activity sealed');
      return entries.length;
    });
  }

  /** @throws Error for one that this site did not seal, on which nothing may be built */
  async #last(): Promise<(Marked & { isOfAnOlderKey: boolean }) | null> {
    const [last] = await this.kernel.database.query<Marked>(
      'select number, hash, mark from activity_seal order by number desc limit 1',
    );
    if (!last) return null;
    const mark = markOf(last, this.kernel.sealer);
    if (mark !== 'right') {
      throw new Error(
        `Batch ${last.number} of the activity has a mark that is ${mark}: see gatehouse audit verify`,
      );
    }
    // An empty batch then carries the new key's mark over everything before.
    return { ...last, isOfAnOlderKey: this.kernel.sealer.needsResealing(last.mark) };
  }

  #take(): Promise<Entry[]> {
    return this.kernel.database.query<Entry>(
      `with taken as (
         delete from activity_waiting where activity_id in (
           select activity_id from activity_waiting order by activity_id limit ${mostInBatch})
         returning activity_id)
       select ${entryColumns} from activity_entry e join taken on taken.activity_id = e.id
       order by e.id`,
    );
  }

  async #write(batch: Batch): Promise<string> {
    const hash = hashOfBatch(batch);
    const mark = this.kernel.sealer.seal(hash.toString('hex'), purposeOf(batch));
    const { number, sealedAt, entryIds, entryHashes, previous } = batch;
    await this.kernel.database.query(
      `insert into activity_seal (number, sealed_at, entry_ids, entry_hashes, previous, hash, mark)
       values ($1, $2, $3, $4, $5, $6, $7)`,
      [number, sealedAt, entryIds, entryHashes, previous, hash, mark],
    );
    return hash.toString('hex');
  }
}
