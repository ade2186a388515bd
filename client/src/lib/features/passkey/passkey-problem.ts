import { asFailure } from '../../connection/failure.ts';
import { sentenceOf } from '../../connection/sentence.ts';
import type { Text } from '../../text/text.svelte.ts';

/** What to tell a person of a ceremony that failed; empty when they ended it themselves. */
export function passkeyProblem(error: unknown, text: Text): string {
  const { t } = text;
  const failure = asFailure(error);
  switch (failure.code) {
    case 'PASSKEY_EXISTS':
      return t('auth.passkey.exists');
    case 'PASSKEY_ELSEWHERE':
      return t('auth.passkey.elsewhere');
    case 'PASSKEY_UNSUPPORTED':
      return t('auth.passkey.unsupported');
    case 'PASSKEY_FAILED':
      return t('auth.passkey.failed');
    case 'INVALID_CREDENTIALS':
      return t('auth.passkey.unknown');
    case 'INVALID_TOKEN':
      return t('auth.passkey.late');
    default:
      return sentenceOf(failure, text);
  }
}

/** Browsers have passkeys on secure origins only; of this site on its host and below it. */
export function canUsePasskeys(host?: string): boolean {
  if (typeof PublicKeyCredential === 'undefined') return false;
  const here = location.hostname;
  return host === undefined || here === host || here.endsWith(`.${host}`);
}
