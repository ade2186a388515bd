import type { Kernel } from '../../kernel/feature.js';
import { checkFirst, decodeCursor, pageOf } from '../../kernel/page/page.js';
import type { Page } from '../../kernel/page/page.js';
import { cleanText } from '../../kernel/text/text-input.js';
import type { Domain } from './domains.js';
import { emailAccountOf } from './email-accounts.js';
import type { EmailAccount } from './email-accounts.js';

export interface ListQuery {
  readonly first: number;
  readonly after?: string | null;
  readonly search?: string | null;
}

export interface Counted<Node> extends Page<Node> {
  readonly totalCount: number;
}

/** An account's e-mail accounts and domains, by name, a page and a search at a time. */
export class MailboxLists {
  constructor(private readonly kernel: Kernel) {}

  async emailAccounts(accountId: string, query: ListQuery): Promise<Counted<EmailAccount>> {
    const page = await this.#page<Row>(accountId, query, {
      table: 'email_account',
      key: 'address_canonical',
      shown: 'address',
      columns: `address, archive, used::float8, quota::float8, address_canonical as "sortKey"`,
    });
    return { ...page, nodes: page.nodes.map(emailAccountOf) };
  }

  domains(accountId: string, query: ListQuery): Promise<Counted<Domain>> {
    return this.#page<Domain & { sortKey: string }>(accountId, query, {
      table: 'domain',
      key: 'name',
      shown: 'name',
      columns: 'name, created_at as "createdAt", name as "sortKey"',
    });
  }

  async #page<Node extends { sortKey: string }>(
    accountId: string,
    query: ListQuery,
    { table, key, shown, columns }: { table: string; key: string; shown: string; columns: string },
  ): Promise<Counted<Node>> {
    const { database } = this.kernel;
    const first = checkFirst(query.first);
    const after = query.after ? decodeCursor(query.after, ['text'])[0] : null;
    const search = query.search ? cleanText(query.search, { field: 'search', max: 200 }) : '';
    const like = search === '' ? null : `%${search.replace(/[\\%_]/g, '\\$&')}%`;
    const found = `account_id = $1 and ($2::text is null or ${key} ilike $2 or ${shown} ilike $2)`;
    const rows = await database.query<Node>(
      `select ${columns} from ${table} where ${found} and ($3::text is null or ${key} > $3)
       order by ${key} limit $4`,
      [accountId, like, after, first + 1],
    );
    const [count] = await database.query<{ count: number }>(
      `select count(*)::int as count from ${table} where ${found}`,
      [accountId, like],
    );
    return { ...pageOf(rows, first, (row) => [row.sortKey]), totalCount: count!.count };
  }
}

interface Row {
  readonly address: string;
  readonly archive: boolean;
  readonly used: number;
  readonly quota: number;
  readonly sortKey: string;
}
