import * as v from 'valibot';
import { useGatehouse } from '../../connection/context.ts';
import { query } from '../../connection/query.svelte.ts';
import { refusalsIn } from '../../connection/refusals.ts';
import {
  IssueLicenseDocument,
  RevokeLicenseDocument,
  UserLicensesDocument,
} from '../../graphql/generated/documents.ts';
import type { IssuedLicenseFieldsFragment } from '../../graphql/generated/documents.ts';
import { useText } from '../../text/context.ts';
import { createForm } from '../../ui/form.svelte.ts';

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
  async revoke(id: string): Promise<void> {
    await this.#gatehouse.mutate(RevokeLicenseDocument, { id });
  }
}

export function issueForm(userId: string, onissued: (product: string) => void) {
  const gatehouse = useGatehouse();
  const text = useText();

  return createForm({
    initial: { product: '' },
    schema: () =>
      v.object({
        product: v.pipe(
          v.string(),
          v.trim(),
          v.nonEmpty(text.t('user.licenses.productMissing')),
        ),
      }),
    submit: async ({ product }) => {
      await gatehouse.mutate(IssueLicenseDocument, { userId, product });
      onissued(product);
    },
    refusals: refusalsIn(text),
  });
}
