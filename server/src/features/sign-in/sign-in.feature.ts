import type { Feature } from '../../kernel/feature.js';
import { Accounts } from '../account/accounts.js';
import { Activities } from '../activity/activities.js';
import { SecondFactorTries } from '../factor/second-factor-tries.js';
import { PasskeyProofs } from '../passkey/passkey-proofs.js';
import { Passwords } from '../password/passwords.js';
import { RecoveryCodes } from '../recovery-code/recovery-codes.js';
import { SignInCompletion } from '../session/sign-in-completion.js';
import { Totps } from '../totp/totps.js';
import { PasskeySignInResolver } from './passkey-sign-in.resolver.js';
import { PasskeySignIns } from './passkey-sign-ins.js';
import { SecondSteps } from './second-steps.js';
import { SignInResolver } from './sign-in.resolver.js';
import { signInFailed, SignIns } from './sign-ins.js';
import type { FailedSignIn } from './sign-ins.js';

export const signIn: Feature = {
  name: 'sign-in',
  resolvers: [PasskeySignInResolver, SignInResolver],
  setUp(kernel, get) {
    const signIns = new SignIns(
      kernel,
      get(Accounts),
      get(Passwords),
      get(Totps),
      get(SignInCompletion),
      get(Activities),
    );
    const secondSteps = new SecondSteps(
      kernel,
      get(Accounts),
      get(Passwords),
      get(Totps),
      get(RecoveryCodes),
      get(SecondFactorTries),
      get(SignInCompletion),
    );
    const proofs = get(PasskeyProofs);
    const passkeySignIns = new PasskeySignIns(
      get(Accounts),
      proofs,
      get(SignInCompletion),
      get(Activities),
    );
    return {
      instances: [
        passkeySignIns,
        new PasskeySignInResolver(proofs, passkeySignIns),
        signIns,
        secondSteps,
        new SignInResolver(signIns, secondSteps),
      ],
      jobs: [
        { ...signInFailed, run: (failed) => signIns.recordFailure(failed as FailedSignIn) },
        { name: 'sign_in.sweep', cron: '29 * * * *', run: () => secondSteps.sweep() },
      ],
    };
  },
};
