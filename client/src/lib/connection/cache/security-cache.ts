import type { Cache, UpdateResolver } from '@urql/exchange-graphcache';
import { forget } from '../forget.ts';

const security = 'Security:one';

/** What somebody is advised follows from what there is. */
const forgetAdvice: UpdateResolver = (_result, _args, cache) =>
  forget(cache, security, 'recommendations');

function forgetWhatEnded(cache: Cache): void {
  forget(cache, security, 'sessions', 'secondaryEmail', 'recommendations');
  forget(cache, 'ApiAccess:one', 'tokens');
  const me = cache.resolve('Query', 'me');
  if (typeof me === 'string') forget(cache, me, 'pendingEmail');
}

/** Changes that make other parts of the security page stale than the ones they answer with. */
export const securityUpdates: Record<string, UpdateResolver> = {
  confirmTotp: forgetAdvice,
  disableTotp: forgetAdvice,
  regenerateRecoveryCodes: forgetAdvice,
  finishPasskeyRegistration: forgetAdvice,
  removePasskey: forgetAdvice,
  removeSecondaryEmail: forgetAdvice,
  lockDown: (_result, _args, cache) => forgetWhatEnded(cache),
};
