import { useGatehouse } from '../../connection/context.ts';
import { query } from '../../connection/query.svelte.ts';
import {
  RevokeOtherSessionsDocument,
  RevokeSessionDocument,
  SessionsDocument,
} from '../../graphql/generated/documents.ts';
import type { SessionFieldsFragment } from '../../graphql/generated/documents.ts';

/** Where somebody is signed in. Make it while a component is made. */
export class Sessions {
  readonly #gatehouse = useGatehouse();
  readonly #query = query(SessionsDocument, () => ({}));

  get all(): readonly SessionFieldsFragment[] {
    return this.#query.data?.me?.security.sessions ?? [];
  }

  get others(): readonly SessionFieldsFragment[] {
    return this.all.filter(({ current }) => !current);
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

  /** @throws Failure */
  async revoke(id: string): Promise<void> {
    await this.#gatehouse.mutate(RevokeSessionDocument, { id });
  }

  /** @throws Failure */
  async revokeOthers(): Promise<void> {
    await this.#gatehouse.mutate(RevokeOtherSessionsDocument, {});
  }
}
