import type { Feature } from '../../kernel/feature.js';
import { Activities } from '../activity/activities.js';
import { Countries } from '../country/countries.js';
import { Passwords } from '../password/passwords.js';
import { SignInCompletion } from '../session/sign-in-completion.js';
import { FailedBursts, tellBurst } from './failed-bursts.js';
import type { Burst } from './failed-bursts.js';
import { PersonalSignIns } from './personal-sign-ins.js';
import { SignInMemory } from './sign-in-memory.js';

export const signInWatch: Feature = {
  name: 'sign-in-watch',
  setUp(kernel, get) {
    const bursts = new FailedBursts(kernel, get(Activities));
    get(Passwords).register(bursts);
    get(SignInCompletion).watchedBy(new SignInMemory(kernel, get(Countries)));
    return {
      instances: [],
      personalData: [new PersonalSignIns(kernel.database)],
      jobs: [
        { ...tellBurst, run: (payload) => bursts.tell(payload as Burst) },
        { name: 'sign_in_watch.sweep', cron: '53 * * * *', run: () => bursts.sweep() },
      ],
    };
  },
};
