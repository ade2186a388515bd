import { useGatehouse } from '../../connection/context.ts';
import { query } from '../../connection/query.svelte.ts';
import {
  ApiAccessDocument,
  RevokeAccessTokenDocument,
  SetApiAccessDocument,
} from '../../graphql/generated/documents.ts';
import type { CreateAccessTokenMutation, Scope } from '../../graphql/generated/documents.ts';
import { scopesFor } from './scopes.ts';

export type CreatedToken = CreateAccessTokenMutation['createAccessToken'];

/** The API switch and the tokens behind it. Make it while a component is made. */
export class AccessTokens {
  readonly #gatehouse = useGatehouse();
  readonly #query = query(ApiAccessDocument, () => ({}));

  get access() {
    return this.#query.data?.me?.apiAccess;
  }

  get failure() {
    return this.#query.failure;
  }

  get scopes(): Scope[] {
    const me = this.#query.data?.me;
    return me ? scopesFor(me.role, me.permissions) : [];
  }

  refresh(): Promise<void> {
    return this.#query.refresh();
  }

  /** @throws Failure */
  async setEnabled(enabled: boolean): Promise<void> {
    await this.#gatehouse.mutate(SetApiAccessDocument, { enabled });
  }

  /** @throws Failure */
  async revoke(id: string): Promise<void> {
    await this.#gatehouse.mutate(RevokeAccessTokenDocument, { id });
  }
}
