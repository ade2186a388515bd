import { useCaller } from '../../connection/context.ts';
import { refusalsIn } from '../../connection/refusals.ts';
import { SetUpSiteDocument } from '../../graphql/generated/documents.ts';
import type { PasswordPolicyFieldsFragment } from '../../graphql/generated/documents.ts';
import { useText } from '../../text/context.ts';
import { checks } from '../../ui/checks.ts';
import { createForm } from '../../ui/form.svelte.ts';
import { adoptBrowser } from '../preference/first-preferences.ts';
import { lackOf } from '../password/requirements.ts';

/** What a username is (behaviour: Account). Upper case is folded by the server, not refused here. */
export const usernamePattern = /^[a-z][a-z0-9_-]{2,31}$/i;
/** Enough to catch a slip; whether it exists only a mail can tell. */
export const emailPattern = /^[^\s@]+@[^\s@]+\.[^\s@]+$|^[^\s@]+@localhost$/;

export function setUpForm(policy: () => PasswordPolicyFieldsFragment, onsuccess: () => void) {
  const gatehouse = useCaller();
  const text = useText();
  const { t } = text;

  return createForm({
    initial: { token: '', username: '', email: '', password: '' },
    schema: () =>
      checks<{ token: string; username: string; email: string; password: string }>(
        {
          token: (token) => (token ? undefined : t('errors.required')),
          username: (name) =>
            usernamePattern.test(name) ? undefined : t('auth.setUp.usernameWrong'),
          email: (email) => (emailPattern.test(email) ? undefined : t('entrance.emailWrong')),
          password: (password) => lackOf(policy(), password, text),
        },
        ['password'],
      ),
    submit: async (input) => {
      await gatehouse.mutate(SetUpSiteDocument, { input });
      await adoptBrowser(gatehouse, text.language);
      onsuccess();
    },
    refusals: refusalsIn(text, ({ code, field }) =>
      code === 'INVALID_TOKEN' || (code === 'BAD_USER_INPUT' && field === 'token')
        ? { field: 'token', message: t('auth.setUp.wrongToken') }
        : undefined,
    ),
  });
}
