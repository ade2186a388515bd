import * as v from 'valibot';
import { useGatehouse } from '../../connection/context.ts';
import { refusalsIn } from '../../connection/refusals.ts';
import {
  CreateUserDocument,
  PasswordSuggestionDocument,
} from '../../graphql/generated/documents.ts';
import type { UserFieldsFragment } from '../../graphql/generated/documents.ts';
import { useText } from '../../text/context.ts';
import { createForm } from '../../ui/form.svelte.ts';
import { emailPattern, usernamePattern } from '../entrance/set-up.svelte.ts';

export interface CreatedUser {
  user: UserFieldsFragment;
  /** To be handed over; null when a link was sent. */
  oneTimePassword: string | null;
}

/** @param grantable what an administrator can be given */
export function createUserForm(
  grantable: readonly string[],
  onsuccess: (created: CreatedUser) => void,
) {
  const gatehouse = useGatehouse();
  const text = useText();
  const { t } = text;

  return createForm({
    initial: {
      username: '',
      email: '',
      access: 'link' as 'link' | 'password',
      isAdmin: false,
      permissions: grantable,
    },
    schema: () =>
      v.object({
        username: v.pipe(
          v.string(),
          v.trim(),
          v.regex(usernamePattern, t('auth.setUp.usernameWrong')),
        ),
        email: v.pipe(v.string(), v.trim(), v.regex(emailPattern, t('entrance.emailWrong'))),
        access: v.picklist(['link', 'password']),
        isAdmin: v.boolean(),
        permissions: v.array(v.string()),
      }),
    submit: async ({ username, email, access, isAdmin, permissions }) => {
      // Made by the server after its own policy, so that it is never refused as weak.
      const password =
        access === 'password'
          ? (await gatehouse.query(PasswordSuggestionDocument, {})).passwordSuggestion
          : null;
      const { createUser } = await gatehouse.mutate(CreateUserDocument, {
        input: {
          username,
          email,
          password,
          role: isAdmin ? 'ADMIN' : 'USER',
          permissions: isAdmin ? permissions : null,
        },
      });
      onsuccess({ user: createUser, oneTimePassword: password });
    },
    refusals: refusalsIn(text),
  });
}
