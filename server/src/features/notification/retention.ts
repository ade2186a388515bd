import type { Kernel } from '../../kernel/feature.js';

const keptDays = 180;
const page = 20_000;
const batch = 1_000;
const first = '00000000-0000-0000-0000-000000000000';

interface Page {
  readonly rows: number;
  readonly account_id: string;
  readonly message_id: string;
}

/** Takes away what was read or dismissed long ago, a page at a time, so that it never holds anybody up. */
export class Retention {
  constructor(private readonly kernel: Kernel) {}

  async sweep(): Promise<void> {
    const { database, clock } = this.kernel;
    const before = new Date(clock.now().getTime() - keptDays * 86_400_000);
    let last: Pick<Page, 'account_id' | 'message_id'> = { account_id: first, message_id: first };
    for (;;) {
      const [done] = await database.query<Page>(
        `with page as materialized (
           select account_id, message_id, greatest(read_at, dismissed_at) < $3 as old from notification
           where (account_id, message_id) > ($1::uuid, $2::uuid)
           order by account_id, message_id limit ${page}
         ), gone as (
           delete from notification n using page p
           where p.old and n.account_id = p.account_id and n.message_id = p.message_id
             and greatest(n.read_at, n.dismissed_at) < $3 and n.snoozed_until is null
         )
         select (select count(*)::int from page) as rows, account_id, message_id
         from page order by account_id desc, message_id desc limit 1`,
        [last.account_id, last.message_id, before],
      );
      if (!done || done.rows < page) break;
      last = done;
    }
    await this.#sweepMessages(before);
  }

  /** What nobody has any more. */
  async #sweepMessages(before: Date): Promise<void> {
    for (;;) {
      const gone = await this.kernel.database.query(
        `delete from message where id in (
           select id from message m where m.created_at < $1
             and not exists (select from notification n where n.message_id = m.id)
           limit ${batch}) returning id`,
        [before],
      );
      if (gone.length < batch) return;
    }
  }
}
