import * as v from 'valibot';
import { useGatehouse } from '../../connection/context.ts';
import { refusalsIn } from '../../connection/refusals.ts';
import { ChangePasswordDocument } from '../../graphql/generated/documents.ts';
import type { PasswordPolicyFieldsFragment } from '../../graphql/generated/documents.ts';
import { useText } from '../../text/context.ts';
import { createForm } from '../../ui/form.svelte.ts';
import { adoptBrowser } from '../account/first-preferences.ts';
import { lackOf } from './requirements.ts';

interface ChangePasswordOptions {
  policy: () => PasswordPolicyFieldsFragment;
  /** An account without a password proves itself by the confirmation dialog instead. */
  hasPassword: () => boolean;
  /** It is the account's first own password. */
  isFirst: boolean;
  onsuccess: () => void;
}

export function changePasswordForm({
  policy,
  hasPassword,
  isFirst,
  onsuccess,
}: ChangePasswordOptions) {
  const gatehouse = useGatehouse();
  const text = useText();
  const { t } = text;

  const form = createForm({
    initial: { currentPassword: '', newPassword: '' },
    schema: () =>
      v.object({
        currentPassword: v.pipe(
          v.string(),
          v.check((value) => !hasPassword() || value !== '', t('security.password.currentMissing')),
        ),
        newPassword: v.pipe(
          v.string(),
          v.check(
            (password) => lackOf(policy(), password, text) === undefined,
            ({ input }) => lackOf(policy(), input, text) ?? '',
          ),
        ),
      }),
    submit: async ({ currentPassword, newPassword }) => {
      await gatehouse.mutate(ChangePasswordDocument, {
        currentPassword: hasPassword() ? currentPassword : null,
        newPassword,
      });
      if (isFirst) await adoptBrowser(gatehouse, text.language);
      form.values.currentPassword = '';
      form.values.newPassword = '';
      onsuccess();
    },
    refusals: refusalsIn(text, ({ code }) =>
      code === 'INVALID_CREDENTIALS'
        ? { field: 'currentPassword', message: t('security.password.currentWrong') }
        : undefined,
    ),
  });
  return form;
}
