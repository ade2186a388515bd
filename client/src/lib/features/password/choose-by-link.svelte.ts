import { useCaller } from '../../connection/context.ts';
import { refusalsIn } from '../../connection/refusals.ts';
import { ResetPasswordDocument } from '../../graphql/generated/documents.ts';
import type { PasswordPolicyFieldsFragment } from '../../graphql/generated/documents.ts';
import { useText } from '../../text/context.ts';
import { checks } from '../../ui/checks.ts';
import { createForm } from '../../ui/form.svelte.ts';
import { lackOf } from './requirements.ts';

interface ChooseOptions {
  token: () => string;
  policy: () => PasswordPolicyFieldsFragment;
  onsuccess: () => void;
  /** The link is used or too old: no password can mend that. */
  onexpired: () => void;
}

export function chooseByLinkForm({ token, policy, onsuccess, onexpired }: ChooseOptions) {
  const gatehouse = useCaller();
  const text = useText();

  return createForm({
    initial: { newPassword: '' },
    schema: () =>
      checks<{ newPassword: string }>(
        { newPassword: (password) => lackOf(policy(), password, text) },
        ['newPassword'],
      ),
    submit: async ({ newPassword }) => {
      await gatehouse.mutate(ResetPasswordDocument, { token: token(), newPassword });
      onsuccess();
    },
    refusals: (error) => {
      const refusals = refusalsIn(text, ({ code, field }) => {
        if (code === 'INVALID_TOKEN' || (code === 'BAD_USER_INPUT' && field === 'token'))
          onexpired();
        return undefined;
      });
      return refusals(error);
    },
  });
}
