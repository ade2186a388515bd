import { useGatehouse } from '../../connection/context.ts';
import { query } from '../../connection/query.svelte.ts';
import { ActivityDocument, AllActivityDocument } from '../../graphql/generated/documents.ts';
import type {
  ActivityFieldsFragment,
  ActivityQuery,
  AllActivityQuery,
} from '../../graphql/generated/documents.ts';
import type { Operation } from '../../graphql/generated/types.ts';
import { useText } from '../../text/context.ts';
import { activityVariables, auditVariables } from './filter.ts';
import type { ActivityFilter } from './filter.ts';

interface Connection {
  readonly nodes: ActivityFieldsFragment[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
}
interface Variables {
  first: number;
  after?: string | null;
  to?: string | null;
}

/** An export holds this many at most, in a browser's memory. */
const mostExported = 5_000;

/** Activity, filtered by the server, page by page. Make it while a component is made. */
class ActivityPages<Data, V extends Variables> {
  isLoadingMore = $state(false);
  readonly #gatehouse = useGatehouse();
  readonly #query;

  constructor(
    private readonly document: Operation<Data, V>,
    private readonly variables: () => V,
    private readonly connectionOf: (data: Data) => Connection | undefined,
  ) {
    this.#query = query(document, variables);
  }

  get data(): Data | undefined {
    return this.#query.data;
  }

  get #connection(): Connection | undefined {
    return this.data === undefined ? undefined : this.connectionOf(this.data);
  }

  get all(): readonly ActivityFieldsFragment[] {
    return this.#connection?.nodes ?? [];
  }

  get hasMore(): boolean {
    return this.#connection?.pageInfo.hasNextPage ?? false;
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
    const after = this.#connection?.pageInfo.endCursor;
    if (!after || this.isLoadingMore) return;
    this.isLoadingMore = true;
    // A page that does not come leaves the button to be pressed again.
    await this.#gatehouse
      .query(this.document, { ...this.variables(), after })
      .catch(() => undefined);
    this.isLoadingMore = false;
  }

  /**
   * Everything that fits the filters, up to now. @returns also whether there was more
   * @throws Failure
   */
  async collect(onprogress: (count: number) => void) {
    const rows: ActivityFieldsFragment[] = [];
    // With an end of its own it is another list than the one that is shown, which stays as long as it is.
    const variables = this.variables();
    const whole = { ...variables, first: 100, to: variables.to ?? new Date().toISOString() };
    for (let after: string | null = null; ;) {
      const page: Connection | undefined = this.connectionOf(
        await this.#gatehouse.query(this.document, { ...whole, after }),
      );
      const known = new Set(rows.map(({ id }) => id));
      rows.push(...(page?.nodes ?? []).filter(({ id }) => !known.has(id)));
      onprogress(rows.length);
      after = page?.pageInfo.hasNextPage ? page.pageInfo.endCursor : null;
      if (after === null || rows.length >= mostExported) return { rows, isCut: after !== null };
    }
  }
}

export type AnyActivityPages = Pick<
  ActivityPages<unknown, Variables>,
  'all' | 'collect' | 'hasMore' | 'isLoading' | 'isLoadingMore' | 'isStale' | 'failure'
> & { refresh(): Promise<void>; loadMore(): Promise<void> };

export function ownActivity(filter: () => ActivityFilter) {
  const text = useText();
  return new ActivityPages(
    ActivityDocument,
    () => activityVariables(filter(), text.timeZone),
    ({ me }: ActivityQuery) => me?.activity,
  );
}

export function allActivity(filter: () => ActivityFilter) {
  const text = useText();
  return new ActivityPages(
    AllActivityDocument,
    () => auditVariables(filter(), text.timeZone),
    ({ admin }: AllActivityQuery) => admin.activity,
  );
}
