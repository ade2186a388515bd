import * as v from 'valibot';
import { useGatehouse } from '../../connection/context.ts';
import { query } from '../../connection/query.svelte.ts';
import { refusalsIn } from '../../connection/refusals.ts';
import {
  ApiAccessDocument,
  CreateAccessTokenDocument,
  RevokeAccessTokenDocument,
  SetApiAccessDocument,
} from '../../graphql/generated/documents.ts';
import type { CreateAccessTokenMutation, Scope } from '../../graphql/generated/documents.ts';
import { useText } from '../../text/context.ts';
import { createForm } from '../../ui/form.svelte.ts';
import { expiryAt, scopesFor } from './scopes.ts';

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

export function newTokenForm(onsuccess: (created: CreatedToken) => void) {
  const gatehouse = useGatehouse();
  const text = useText();
  const { t } = text;

  return createForm({
    initial: { name: '', scopes: [] as Scope[], expiry: '90' },
    schema: () =>
      v.object({
        name: v.pipe(v.string(), v.trim(), v.nonEmpty(t('api.nameMissing'))),
        scopes: v.pipe(
          v.custom<Scope[]>(Array.isArray),
          v.check((all) => all.length > 0, t('api.scopesMissing')),
        ),
        expiry: v.string(),
      }),
    submit: async ({ name, scopes, expiry }) => {
      const input = { name, scopes, expiresAt: expiryAt(expiry) };
      const { createAccessToken } = await gatehouse.mutate(CreateAccessTokenDocument, { input });
      onsuccess(createAccessToken);
    },
    refusals: refusalsIn(text),
  });
}
