import { useCaller } from '../../connection/context.ts';
import { refusalsIn } from '../../connection/refusals.ts';
import { CompleteSignInDocument } from '../../graphql/generated/documents.ts';
import { useText } from '../../text/context.ts';
import { checks } from '../../ui/checks.ts';
import { createForm } from '../../ui/form.svelte.ts';
import type { SignedInAs } from './sign-in.svelte.ts';

interface SecondStepOptions {
  challenge: () => string;
  byRecoveryCode: () => boolean;
  onsuccess: (as: SignedInAs) => void;
  /** Too many tries or too much time: the password is asked for again. */
  onspent: () => void;
}

export function secondStepForm({
  challenge,
  byRecoveryCode,
  onsuccess,
  onspent,
}: SecondStepOptions) {
  const gatehouse = useCaller();
  const text = useText();
  const { t } = text;

  return createForm({
    initial: { code: '' },
    schema: () =>
      checks<{ code: string }>({
        code: (code) => (code ? undefined : t('auth.secondStep.missing')),
      }),
    submit: async ({ code }) => {
      const proof = byRecoveryCode() ? { recoveryCode: code } : { totpCode: digitsOf(code) };
      const input = { challenge: challenge(), ...proof };
      const { completeSignIn } = await gatehouse.mutate(CompleteSignInDocument, { input });
      const by = byRecoveryCode() ? 'recovery-code' : 'password';
      onsuccess({ locale: completeSignIn.account.locale, by });
    },
    refusals: (error) => {
      const refusals = refusalsIn(text, ({ code }) => {
        if (code === 'INVALID_TOKEN') onspent();
        if (code !== 'INVALID_CREDENTIALS' && code !== 'BAD_USER_INPUT') return undefined;
        const message = byRecoveryCode()
          ? t('auth.secondStep.wrongRecovery')
          : t('auth.secondStep.wrong');
        return { field: 'code', message };
      });
      return refusals(error);
    },
  });
}

/** The last digit sends a code (the field says so); what is longer or shorter waits for the button. */
export const isWhole = (code: string) => /^\d{6}$/.test(digitsOf(code));

/** One digit was typed in the place of another: the next may be put right as well. */
export const isOneOff = (before: string, now: string) =>
  before.length === now.length && [...now].filter((digit, at) => digit !== before[at]).length < 2;

/** Apps show codes in groups, and people type them so. */
function digitsOf(code: string): string {
  return code.replaceAll(/\s/g, '');
}
