import type { Database } from '../../kernel/database/database.js';
import { entryColumns } from '../activity/chain.js';
import type { SealedBatch, StoredEntry } from './faults.js';

const nextBatch = `
  select number, sealed_at as "sealedAt", entry_ids as "entryIds", entry_hashes as "entryHashes",
    previous, hash, mark
  from activity_seal where number > $1 order by number limit 1`;

const entries = `
  select ${entryColumns}, p.activity_id is not null as "hasPerson", p.actor, p.address,
    p.user_agent as "userAgent", p.doer_salt as "doerSalt", p.details::text as details,
    p.details_salt as "detailsSalt",
    case when e.account_id is not null then a.id is not null end as "accountExists",
    case when e.actor_id is not null then d.id is not null end as "actorExists"
  from activity_entry e
  left join activity_person p on p.activity_id = e.id
  left join account a on a.id = e.account_id
  left join account d on d.id = e.actor_id
  where e.id = any($1)`;

/** The statements behind a verification: a batch at a time, however long the log is. */
export class SealedLog {
  constructor(private readonly database: Database) {}

  async *batches(): AsyncGenerator<SealedBatch> {
    let number = 0;
    for (;;) {
      const [batch] = await this.database.query<SealedBatch>(nextBatch, [number]);
      if (!batch) return;
      yield batch;
      ({ number } = batch);
    }
  }

  async entriesOf(batch: SealedBatch): Promise<Map<string, StoredEntry>> {
    const rows = await this.database.query<StoredEntry>(entries, [batch.entryIds]);
    return new Map(rows.map((row) => [row.id, row]));
  }

  /** Entries that came past the queue of what is to be sealed. */
  unsealed(most: number): Promise<{ id: string; reference: string }[]> {
    return this.database.query(
      `select e.id, e.reference from activity_entry e
       where not exists (select 1 from activity_waiting w where w.activity_id = e.id)
         and not exists (
           select 1 from (select unnest(entry_ids) as id from activity_seal) s where s.id = e.id)
       limit $1`,
      [most],
    );
  }

  async waiting(): Promise<number> {
    const [row] = await this.database.query<{ count: number }>(
      'select count(*)::int as count from activity_waiting',
    );
    return row!.count;
  }
}
