import { useGatehouse } from '../../connection/context.ts';
import { query } from '../../connection/query.svelte.ts';
import type { Operation } from '../../graphql/generated/types.ts';
import { firstOfList } from './first-of-list.ts';
import type { ListVariables } from './first-of-list.ts';

interface Connection<Node> {
  readonly totalCount: number;
  readonly nodes: Node[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor?: string | null };
}

/** One of the lists that a mail server tells of, searched by the server. Make it while a component is made. */
export class MailboxPages<Node, Data> {
  isLoadingMore = $state(false);
  readonly #gatehouse = useGatehouse();
  readonly #query;

  constructor(
    private readonly document: Operation<Data, ListVariables>,
    private readonly connectionOf: (data: Data) => Connection<Node> | undefined,
    private readonly search: () => string,
  ) {
    this.#query = query(document, () => firstOfList(search()));
  }

  get #list(): Connection<Node> | undefined {
    const { data } = this.#query;
    return data === undefined ? undefined : this.connectionOf(data);
  }

  get all(): Node[] {
    return this.#list?.nodes ?? [];
  }

  get count(): number {
    return this.#list?.totalCount ?? 0;
  }

  get hasMore(): boolean {
    return this.#list?.pageInfo.hasNextPage ?? false;
  }

  get isLoading(): boolean {
    return this.#query.loading;
  }

  get isStale(): boolean {
    return this.#query.stale;
  }

  get failure() {
    return this.#query.failure;
  }

  refresh(): Promise<void> {
    return this.#query.refresh();
  }

  async loadMore(): Promise<void> {
    const after = this.#list?.pageInfo.endCursor;
    if (!after || this.isLoadingMore) return;
    this.isLoadingMore = true;
    // A page that does not come leaves the button to be pressed again.
    await this.#gatehouse
      .query(this.document, { ...firstOfList(this.search()), after })
      .catch(() => undefined);
    this.isLoadingMore = false;
  }
}
