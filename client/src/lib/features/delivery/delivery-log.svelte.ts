import { untrack } from 'svelte';
import { useGatehouse } from '../../connection/context.ts';
import { query } from '../../connection/query.svelte.ts';
import {
  DeliveriesDocument,
  DeliveryTriesDocument,
  DeliveryTypesDocument,
  RedeliverDocument,
} from '../../graphql/generated/documents.ts';
import type {
  DeliveriesQuery,
  DeliveryTryFieldsFragment,
} from '../../graphql/generated/documents.ts';
import { deliveryVariables } from './filter.ts';
import type { DeliveryFilter } from './filter.ts';

type Connection = NonNullable<DeliveriesQuery['me']>['notificationSettings']['deliveries'];
/** `after` is the cursor of the page it stood on: from there it is found again. */
export type Delivery = Connection['nodes'][number] & { readonly after: string | null };
export type Try = DeliveryTryFieldsFragment;

/** Bodies of tries are large: they are asked for a few rows at a time, until the one is found. */
const rowsAtOnce = 5;
const mostSteps = 8;

/** What was sent where, filtered by the server, page by page. Make it while a component is made. */
export class DeliveryLog {
  isLoadingMore = $state(false);
  readonly #gatehouse = useGatehouse();
  readonly #filter: () => DeliveryFilter;
  readonly #query;
  readonly #types = query(DeliveryTypesDocument, () => ({}));
  #further: readonly Delivery[] = $state.raw([]);
  #end: Connection['pageInfo'] | undefined = $state.raw();

  constructor(filter: () => DeliveryFilter) {
    this.#filter = filter;
    this.#query = query(DeliveriesDocument, () => deliveryVariables(filter()));
    $effect.pre(() => {
      deliveryVariables(filter());
      untrack(() => this.#forget());
    });
  }

  #forget(): void {
    this.#further = [];
    this.#end = undefined;
  }

  get #first(): Connection | undefined {
    return this.#query.data?.me?.notificationSettings.deliveries;
  }

  get all(): readonly Delivery[] {
    const first = (this.#first?.nodes ?? []).map((row) => ({ ...row, after: null }));
    const ids = new Set(first.map(({ id }) => id));
    return [...first, ...this.#further.filter(({ id }) => !ids.has(id))];
  }

  get hasMore(): boolean {
    return (this.#end ?? this.#first?.pageInfo)?.hasNextPage ?? false;
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

  get types() {
    const rows = this.#types.data?.me?.notificationSettings.types ?? [];
    return rows.map(({ type }) => type);
  }

  get webhooks() {
    return this.#types.data?.me?.notificationSettings.webhooks ?? [];
  }

  async refresh(): Promise<void> {
    this.#forget();
    await this.#query.refresh();
  }

  async loadMore(): Promise<void> {
    const after = (this.#end ?? this.#first?.pageInfo)?.endCursor;
    if (!after || this.isLoadingMore) return;
    const variables = deliveryVariables(this.#filter());
    this.isLoadingMore = true;
    try {
      const answer = await this.#gatehouse.query(DeliveriesDocument, { ...variables, after });
      const page = answer.me?.notificationSettings.deliveries;
      if (!page) return;
      this.#further = [...this.#further, ...page.nodes.map((row) => ({ ...row, after }))];
      this.#end = page.pageInfo;
    } catch {
      // A page that does not come leaves the button to be pressed again.
    } finally {
      this.isLoadingMore = false;
    }
  }

  /** Newest first. @throws Failure */
  async tries(row: Delivery): Promise<readonly Try[]> {
    const { id, channel, type } = row;
    const narrow = { first: rowsAtOnce, channel, type, webhookId: row.webhookId ?? null };
    let after = row.after;
    for (let step = 0; step < mostSteps; step += 1) {
      const answer = await this.#gatehouse.query(DeliveryTriesDocument, { ...narrow, after });
      const page = answer.me?.notificationSettings.deliveries;
      const found = page?.nodes.find((one) => one.id === id);
      if (found) return found.tries;
      if (!page?.pageInfo.hasNextPage) return [];
      after = page.pageInfo.endCursor ?? null;
    }
    return [];
  }

  /** The same message once more, with its id. @throws Failure */
  async sendAgain(id: string): Promise<void> {
    const { redeliver } = await this.#gatehouse.mutate(RedeliverDocument, { id });
    this.#further = this.#further.map((row) => (row.id === id ? { ...row, ...redeliver } : row));
  }
}
