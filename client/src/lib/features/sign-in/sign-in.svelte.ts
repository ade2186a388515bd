import { useCaller } from '../../connection/context.ts';
import { refusalsIn } from '../../connection/refusals.ts';
import { SignInDocument } from '../../graphql/generated/documents.ts';
import type { Locale, SecondFactor } from '../../graphql/generated/documents.ts';
import { useText } from '../../text/context.ts';
import { localeOf } from '../../text/text.svelte.ts';
import { checks } from '../../ui/checks.ts';
import { createForm } from '../../ui/form.svelte.ts';
import { adoptBrowser } from '../preference/first-preferences.ts';

export interface SignedInAs {
  locale: Locale;
  by?: 'password' | 'passkey' | 'recovery-code';
}

export interface SecondStep {
  challenge: string;
  methods: readonly SecondFactor[];
}

/** One answer for a wrong name and a wrong password: the page knows no more than the server says. */
export function signInForm(
  { login, isFirst }: { login: string; isFirst: boolean },
  onsuccess: (as: SignedInAs) => void,
  onsecondstep: (step: SecondStep) => void,
) {
  const gatehouse = useCaller();
  const text = useText();
  const { t } = text;

  return createForm({
    initial: { login, password: '', remember: true },
    schema: () =>
      checks<{ login: string; password: string; remember: boolean }>(
        {
          login: (login) => (login ? undefined : t('auth.signIn.missingLogin')),
          password: (password) => (password ? undefined : t('auth.signIn.missingPassword')),
        },
        ['password'],
      ),
    submit: async (input) => {
      const { signIn } = await gatehouse.mutate(SignInDocument, { input });
      if (signIn.__typename === 'SecondFactorRequired') return onsecondstep(signIn);
      if (isFirst) await adoptBrowser(gatehouse, text.language);
      const { locale } = signIn.account;
      onsuccess({ locale: isFirst ? localeOf(text.language) : locale, by: 'password' });
    },
    refusals: refusalsIn(text, ({ code }) =>
      code === 'INVALID_CREDENTIALS' ? { message: t('auth.signIn.wrong') } : undefined,
    ),
  });
}
