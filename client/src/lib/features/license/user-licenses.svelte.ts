import { useGatehouse } from '../../connection/context.ts';
import { query } from '../../connection/query.svelte.ts';
import {
  IssueLicenseDocument,
  RevokeLicenseDocument,
  UserLicensesDocument,
} from '../../graphql/generated/documents.ts';
import type { IssuedLicenseFieldsFragment } from '../../graphql/generated/documents.ts';

/** What was issued to somebody, for who issues it. Make it while a component is made. */
export class UserLicenses {
  readonly #gatehouse = useGatehouse();
  readonly #query;

  constructor(username: () => string) {
    this.#query = query(UserLicensesDocument, () => ({ username: username() }));
  }

  get userId(): string {
    return this.#query.data?.admin.user?.id ?? '';
  }

  get all(): readonly IssuedLicenseFieldsFragment[] | undefined {
    return this.#query.data?.admin.user?.licenses;
  }

  get failure() {
    return this.#query.failure;
  }

  refresh(): Promise<void> {
    return this.#query.refresh();
  }

  /** @throws Failure */
  async issue(product: string): Promise<void> {
    await this.#gatehouse.mutate(IssueLicenseDocument, { userId: this.userId, product });
  }

  /** @throws Failure */
  async revoke(id: string): Promise<void> {
    await this.#gatehouse.mutate(RevokeLicenseDocument, { id });
  }
}
