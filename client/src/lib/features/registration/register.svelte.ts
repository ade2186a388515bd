import { useCaller } from '../../connection/context.ts';
import type { Failure } from '../../connection/failure.ts';
import { refusalsIn } from '../../connection/refusals.ts';
import type { Refusal } from '../../connection/refusals.ts';
import { RegisterDocument } from '../../graphql/generated/documents.ts';
import type { PasswordPolicyFieldsFragment } from '../../graphql/generated/documents.ts';
import { useText } from '../../text/context.ts';
import { localeOf } from '../../text/text.svelte.ts';
import type { Text } from '../../text/text.svelte.ts';
import { checks } from '../../ui/checks.ts';
import { createForm } from '../../ui/form.svelte.ts';
import { lackOf } from '../password/requirements.ts';
import { emailPattern, usernamePattern } from '../entrance/set-up.svelte.ts';

export interface Registered {
  username: string;
  email: string;
}

interface RegisterOptions {
  policy: () => PasswordPolicyFieldsFragment;
  invite: string | undefined;
  /** What was typed before, when the page comes back without scripts. */
  typed: Partial<Registered>;
  onsuccess: (as: Registered) => void;
  /** The invite is used, withdrawn or too old: nothing that is typed can mend that. */
  oninvitespent: () => void;
}

export function registerForm({ policy, invite, typed, onsuccess, oninvitespent }: RegisterOptions) {
  const gatehouse = useCaller();
  const text = useText();
  const { t } = text;

  return createForm({
    initial: { username: typed.username ?? '', email: typed.email ?? '', password: '' },
    schema: () =>
      checks<{ username: string; email: string; password: string }>(
        {
          username: (name) =>
            usernamePattern.test(name) ? undefined : t('entrance.register.usernameWrong'),
          email: (email) => (emailPattern.test(email) ? undefined : t('entrance.emailWrong')),
          password: (password) => lackOf(policy(), password, text),
        },
        ['password'],
      ),
    submit: async (given) => {
      const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
      const username = given.username.toLowerCase();
      const locale = localeOf(text.language);
      const input = { ...given, username, invite: invite ?? null, locale, timeZone };
      await gatehouse.mutate(RegisterDocument, { input });
      onsuccess({ username, email: given.email });
    },
    refusals: refusalsIn(text, (failure) => {
      if (isInviteSpent(failure)) oninvitespent();
      return registerRefusal(failure, text);
    }),
  });
}

export function isInviteSpent({ code, field }: Failure): boolean {
  return code === 'INVALID_TOKEN' && field === 'invite';
}

/** Where registering can say it better than the catalogue. */
export function registerRefusal({ code, field }: Failure, { t }: Text): Refusal | undefined {
  if (code === 'TAKEN') return { field: 'username', message: t('entrance.register.usernameTaken') };
  if (code !== 'BAD_USER_INPUT') return undefined;
  // The page has checked its form; what is left is an invite's own address.
  if (field === 'email') return { field, message: t('entrance.register.emailOther') };
  return field === 'username'
    ? { field, message: t('entrance.register.usernameWrong') }
    : undefined;
}
