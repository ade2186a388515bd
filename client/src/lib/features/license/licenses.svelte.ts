import { useGatehouse } from '../../connection/context.ts';
import { query } from '../../connection/query.svelte.ts';
import {
  LicensesDocument,
  RevokeApiKeyDocument,
  RotateApiKeyDocument,
} from '../../graphql/generated/documents.ts';
import type { ApiKeyFieldsFragment } from '../../graphql/generated/documents.ts';

export interface ShownKey {
  readonly apiKey: ApiKeyFieldsFragment;
  readonly secret: string;
}

/** A key that was used so lately is in use: changing it breaks something. Milliseconds. */
const lately = 7 * 24 * 60 * 60 * 1000;

export function isInUse({ lastUsedAt }: ApiKeyFieldsFragment, now = Date.now()): boolean {
  return lastUsedAt != null && now - new Date(lastUsedAt).getTime() < lately;
}

/** Somebody's licenses and their keys. Make it while a component is made. */
export class Licenses {
  readonly #gatehouse = useGatehouse();
  readonly #query = query(LicensesDocument, () => ({}));

  get all() {
    return this.#query.data?.me?.licenses;
  }

  get failure() {
    return this.#query.failure;
  }

  refresh(): Promise<void> {
    return this.#query.refresh();
  }

  /** @throws Failure */
  async rotate(id: string): Promise<ShownKey> {
    return (await this.#gatehouse.mutate(RotateApiKeyDocument, { id })).rotateApiKey;
  }

  /** @throws Failure */
  async revoke(id: string): Promise<void> {
    await this.#gatehouse.mutate(RevokeApiKeyDocument, { id });
  }
}

/** An example that runs as it is: a tool asks what its key is good for. */
export function curlLicenseExample(url: string, secret: string): string {
  return [
    `curl ${url} \\`,
    `  -H 'Authorization: Bearer ${secret}' \\`,
    `  -H 'Content-Type: application/json' \\`,
    `  -d '{"query":"{ license { product active } }"}'`,
  ].join('\n');
}
