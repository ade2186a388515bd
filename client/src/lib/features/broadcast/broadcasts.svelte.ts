import { useGatehouse } from '../../connection/context.ts';
import { query } from '../../connection/query.svelte.ts';
import { AudienceDocument, BroadcastsDocument } from '../../graphql/generated/documents.ts';
import type { BroadcastFieldsFragment } from '../../graphql/generated/documents.ts';
import { onReturn } from '../../ui/on-return.ts';
import { firstBroadcasts } from './first-broadcasts.ts';

export class Broadcasts {
  isLoadingMore = $state(false);
  readonly #gatehouse = useGatehouse();
  readonly #query = query(BroadcastsDocument, () => firstBroadcasts);

  get all(): BroadcastFieldsFragment[] {
    return this.#query.data?.admin.broadcasts.nodes ?? [];
  }

  get hasMore(): boolean {
    return this.#query.data?.admin.broadcasts.pageInfo.hasNextPage ?? false;
  }

  get isLoading(): boolean {
    return this.#query.loading;
  }

  get failure() {
    return this.#query.failure;
  }

  refresh(): Promise<void> {
    return this.#query.refresh();
  }

  async loadMore(): Promise<void> {
    const after = this.#query.data?.admin.broadcasts.pageInfo.endCursor;
    if (!after || this.isLoadingMore) return;
    this.isLoadingMore = true;
    // A page that does not come leaves the button to be pressed again.
    await this.#gatehouse
      .query(BroadcastsDocument, { ...firstBroadcasts, after })
      .catch(() => undefined);
    this.isLoadingMore = false;
  }
}

const lookAgainMs = 60_000;

/** How many a broadcast would reach, followed while it is shown. Call it while a component is made. */
export function audience(role: 'ADMIN' | null) {
  const reach = query(AudienceDocument, () => ({ role }));
  $effect(() => {
    const look = () => void reach.refresh();
    const timer = setInterval(look, lookAgainMs);
    const stop = onReturn(look);
    return () => {
      clearInterval(timer);
      stop();
    };
  });
  return {
    get count(): number {
      return reach.data?.admin.audience ?? 0;
    },
    refresh: () => reach.refresh(),
  };
}
