import { useGatehouse } from '../../connection/context.ts';
import { query } from '../../connection/query.svelte.ts';
import { UsersDocument } from '../../graphql/generated/documents.ts';
import type { UserFieldsFragment } from '../../graphql/generated/documents.ts';
import { firstUsers } from './first-users.ts';

/** The accounts of the site, searched by the server. Make it while a component is made. */
export class Users {
  isLoadingMore = $state(false);
  readonly #gatehouse = useGatehouse();
  readonly #search: () => string;
  readonly #query;

  constructor(search: () => string) {
    this.#search = search;
    this.#query = query(UsersDocument, () => firstUsers(search()));
  }

  get #users() {
    return this.#query.data?.admin.users;
  }

  get all(): UserFieldsFragment[] {
    return this.#users?.nodes ?? [];
  }

  get count(): number {
    return this.#users?.totalCount ?? 0;
  }

  get hasMore(): boolean {
    return this.#users?.pageInfo.hasNextPage ?? false;
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
    const after = this.#users?.pageInfo.endCursor;
    if (!after || this.isLoadingMore) return;
    this.isLoadingMore = true;
    // A page that does not come leaves the button to be pressed again.
    await this.#gatehouse
      .query(UsersDocument, { ...firstUsers(this.#search()), after })
      .catch(() => undefined);
    this.isLoadingMore = false;
  }
}
