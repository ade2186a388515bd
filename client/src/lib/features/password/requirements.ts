import type { PasswordPolicyFieldsFragment } from '../../graphql/generated/documents.ts';
import type { Text } from '../../text/text.svelte.ts';

export interface Requirement {
  words: string;
  isMet: boolean;
}

/** What can be told while typing. Whether a password is common only the server knows; it says so when asked. */
export function requirementsOf(
  policy: PasswordPolicyFieldsFragment,
  password: string,
  { t }: Text,
): Requirement[] {
  const length = [...password].length;
  const kinds = [
    [policy.requireUppercase, t('security.password.uppercase'), /\p{Lu}/u],
    [policy.requireLowercase, t('security.password.lowercase'), /\p{Ll}/u],
    [policy.requireDigit, t('security.password.digit'), /\p{Nd}/u],
    [policy.requireSymbol, t('security.password.symbol'), /[^\p{L}\p{N}\s]/u],
  ] as const;
  return [
    {
      words: t('security.password.minLength', { min: policy.minLength }),
      isMet: length >= policy.minLength,
    },
    ...(length > policy.maxLength
      ? [{ words: t('security.password.maxLength', { max: policy.maxLength }), isMet: false }]
      : []),
    ...kinds
      .filter(([required]) => required)
      .map(([, words, pattern]) => ({ words, isMet: pattern.test(password) })),
  ];
}

/** First thing a password lacks, as a sentence for its field; undefined when nothing does. */
export function lackOf(
  policy: PasswordPolicyFieldsFragment,
  password: string,
  text: Text,
): string | undefined {
  const open = requirementsOf(policy, password, text).filter(({ isMet }) => !isMet);
  if (open.length === 0) return undefined;
  const words = text.list(open.map((one) => one.words));
  return `${text.t('security.password.requirements')} ${words}.`;
}
