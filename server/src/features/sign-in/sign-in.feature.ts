import type { Feature } from '../../kernel/feature.js';
import { Accounts } from '../account/accounts.js';
import { Activities } from '../activity/activities.js';
import { Passwords } from '../password/passwords.js';
import { SignInCompletion } from '../session/sign-in-completion.js';
import { SignInResolver } from './sign-in.resolver.js';
import { signInFailed, SignIns } from './sign-ins.js';
import type { FailedSignIn } from './sign-ins.js';

export const signIn: Feature = {
  name: 'sign-in',
  resolvers: [SignInResolver],
  setUp(kernel, get) {
    const signIns = new SignIns(
      kernel,
      get(Accounts),
      get(Passwords),
      get(SignInCompletion),
      get(Activities),
    );
    return {
      instances: [signIns, new SignInResolver(signIns)],
      jobs: [{ ...signInFailed, run: (failed) => signIns.recordFailure(failed as FailedSignIn) }],
    };
  },
};
