import { query } from '../../connection/query.svelte.ts';
import { UsersDocument } from '../../graphql/generated/documents.ts';
import type { UsersQuery } from '../../graphql/generated/documents.ts';
import { firstUsers, pageSize } from './first-users.ts';
import type { UserView } from './first-users.ts';

export type ListedUser = UsersQuery['admin']['users']['nodes'][number];

/** One page of the accounts of the site, as the server sorts and finds them. Make it while a component is made. */
export class Users {
  readonly #view: () => UserView;
  readonly #query;

  constructor(view: () => UserView) {
    this.#view = view;
    this.#query = query(UsersDocument, () => firstUsers(view()));
  }

  get #users() {
    return this.#query.data?.admin.users;
  }

  get all(): ListedUser[] {
    return this.#users?.nodes ?? [];
  }

  get count(): number {
    return this.#users?.totalCount ?? 0;
  }

  /** The numbers of the first and the last one shown. */
  get range(): { from: number; to: number } {
    const before = this.#view().turned.length * pageSize;
    return { from: before + 1, to: before + this.all.length };
  }

  /** Where the next page begins; undefined on the last. */
  get next(): string | undefined {
    const info = this.#users?.pageInfo;
    return info?.hasNextPage ? (info.endCursor ?? undefined) : undefined;
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
}
