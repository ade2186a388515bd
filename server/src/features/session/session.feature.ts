import type { Feature } from '../../kernel/feature.js';
import { Activities } from '../activity/activities.js';
import { Countries } from '../country/countries.js';
import { Sites } from '../site/sites.js';
import { OtherCredentials } from './other-credentials.js';
import { SessionCredential } from './session.credential.js';
import { SessionSchema } from './session.entity.js';
import { SessionResolver } from './session.resolver.js';
import { Sessions } from './sessions.js';
import { SignInCompletion } from './sign-in-completion.js';

export const session: Feature = {
  name: 'session',
  entities: [SessionSchema],
  resolvers: [SessionResolver],
  setUp(kernel, get) {
    const sessions = new Sessions(kernel, get(Sites), get(Activities));
    const completion = new SignInCompletion(kernel, sessions, get(Activities));
    return {
      instances: [
        sessions,
        completion,
        new OtherCredentials(),
        new SessionResolver(sessions, get(Countries)),
      ],
      credentials: [new SessionCredential(kernel, sessions)],
      jobs: [{ name: 'session.sweep', cron: '17 * * * *', run: () => sessions.sweep() }],
    };
  },
};
