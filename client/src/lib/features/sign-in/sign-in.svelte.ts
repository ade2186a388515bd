import * as v from 'valibot';
import { useGatehouse } from '../../connection/context.ts';
import { refusalsIn } from '../../connection/refusals.ts';
import { SignInDocument } from '../../graphql/generated/documents.ts';
import type { Locale } from '../../graphql/generated/documents.ts';
import { useText } from '../../text/context.ts';
import { localeOf } from '../../text/text.svelte.ts';
import { createForm } from '../../ui/form.svelte.ts';
import { adoptBrowser } from '../account/first-preferences.ts';

export interface SignedInAs {
  locale: Locale;
}

/** One answer for a wrong name and a wrong password: the page knows no more than the server says. */
export function signInForm(
  { login, isFirst }: { login: string; isFirst: boolean },
  onsuccess: (as: SignedInAs) => void,
) {
  const gatehouse = useGatehouse();
  const text = useText();
  const { t } = text;

  return createForm({
    initial: { login, password: '', remember: true },
    schema: () =>
      v.object({
        login: v.pipe(v.string(), v.trim(), v.nonEmpty(t('auth.signIn.missingLogin'))),
        password: v.pipe(v.string(), v.nonEmpty(t('auth.signIn.missingPassword'))),
        remember: v.boolean(),
      }),
    submit: async (input) => {
      const { signIn } = await gatehouse.mutate(SignInDocument, { input });
      if (signIn.__typename !== 'SignedIn') return [{ message: t('auth.signIn.unsupportedStep') }];
      if (isFirst) await adoptBrowser(gatehouse, text.language);
      const { locale } = signIn.account;
      onsuccess({ locale: isFirst ? localeOf(text.language) : locale });
      return undefined;
    },
    refusals: refusalsIn(text, ({ code }) =>
      code === 'INVALID_CREDENTIALS' ? { message: t('auth.signIn.wrong') } : undefined,
    ),
  });
}
