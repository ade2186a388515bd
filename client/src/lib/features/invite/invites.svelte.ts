import * as v from 'valibot';
import { useGatehouse } from '../../connection/context.ts';
import { query } from '../../connection/query.svelte.ts';
import { refusalsIn } from '../../connection/refusals.ts';
import {
  CreateInviteDocument,
  InvitesDocument,
  RevokeInviteDocument,
  ViewerDocument,
} from '../../graphql/generated/documents.ts';
import type { InviteFieldsFragment, Locale, Role } from '../../graphql/generated/documents.ts';
import { useText } from '../../text/context.ts';
import { localeOf } from '../../text/text.svelte.ts';
import { createForm } from '../../ui/form.svelte.ts';
import { emailPattern } from '../entrance/set-up.svelte.ts';
import { firstInvites } from './first-invites.ts';

/** Invites that can still be used. Make it while a component is made. */
export class Invites {
  isLoadingMore = $state(false);
  readonly #gatehouse = useGatehouse();
  readonly #query = query(InvitesDocument, () => firstInvites);
  readonly #viewer = query(ViewerDocument, () => ({}));

  get all(): InviteFieldsFragment[] {
    return this.#query.data?.admin.invites.nodes ?? [];
  }

  get permissions(): readonly string[] {
    return this.#query.data?.admin.permissions ?? [];
  }

  get ownPermissions(): readonly string[] {
    return this.#viewer.data?.me?.permissions ?? [];
  }

  get hasMore(): boolean {
    return this.#query.data?.admin.invites.pageInfo.hasNextPage ?? false;
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
    const after = this.#query.data?.admin.invites.pageInfo.endCursor;
    if (!after || this.isLoadingMore) return;
    this.isLoadingMore = true;
    // A page that does not come leaves the button to be pressed again.
    await this.#gatehouse.query(InvitesDocument, { ...firstInvites, after }).catch(() => undefined);
    this.isLoadingMore = false;
  }

  /** @throws Failure */
  async revoke(id: string): Promise<void> {
    await this.#gatehouse.mutate(RevokeInviteDocument, { id });
    await this.refresh();
  }
}

export function inviteForm(onsent: (invite: InviteFieldsFragment) => void) {
  const gatehouse = useGatehouse();
  const text = useText();
  const { t } = text;

  return createForm({
    initial: {
      email: '',
      role: 'USER' as Role,
      permissions: [] as readonly string[],
      locale: localeOf(text.language) as Locale,
    },
    schema: () =>
      v.object({
        email: v.pipe(v.string(), v.trim(), v.regex(emailPattern, t('entrance.emailWrong'))),
        role: v.picklist(['USER', 'ADMIN']),
        permissions: v.array(v.string()),
        locale: v.picklist(['EN', 'IT']),
      }),
    submit: async ({ email, role, permissions, locale }) => {
      const input = { email, role, locale, permissions: role === 'ADMIN' ? permissions : [] };
      const { createInvite } = await gatehouse.mutate(CreateInviteDocument, { input });
      onsent(createInvite);
    },
    refusals: refusalsIn(text),
  });
}
