import { useCaller } from '../../connection/context.ts';
import { refusalsIn } from '../../connection/refusals.ts';
import { ChangePasswordDocument } from '../../graphql/generated/documents.ts';
import type { PasswordPolicyFieldsFragment } from '../../graphql/generated/documents.ts';
import { useText } from '../../text/context.ts';
import { checks } from '../../ui/checks.ts';
import { createForm } from '../../ui/form.svelte.ts';
import { adoptBrowser } from '../preference/first-preferences.ts';
import { lackOf } from './requirements.ts';

interface ChangePasswordOptions {
  policy: () => PasswordPolicyFieldsFragment;
  /** An account without a password proves itself by the confirmation dialog instead. */
  hasPassword: () => boolean;
  /** It is the account's first own password. */
  isFirst: boolean;
  onsuccess: () => void;
  /** The session ended meanwhile. */
  onsignedout: () => void;
}

export function changePasswordForm({
  policy,
  hasPassword,
  isFirst,
  onsuccess,
  onsignedout,
}: ChangePasswordOptions) {
  const gatehouse = useCaller();
  const text = useText();
  const { t } = text;

  const form = createForm({
    initial: { currentPassword: '', newPassword: '' },
    schema: () =>
      checks<{ currentPassword: string; newPassword: string }>(
        {
          currentPassword: (password) =>
            password || !hasPassword() ? undefined : t('security.password.currentMissing'),
          newPassword: (password) => lackOf(policy(), password, text),
        },
        ['currentPassword', 'newPassword'],
      ),
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
    refusals: refusalsIn(text, ({ code }) => {
      if (code === 'UNAUTHENTICATED') onsignedout();
      return code === 'INVALID_CREDENTIALS'
        ? { field: 'currentPassword', message: t('security.password.currentWrong') }
        : undefined;
    }),
  });
  return form;
}
