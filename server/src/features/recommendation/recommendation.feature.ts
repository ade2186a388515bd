import type { Feature } from '../../kernel/feature.js';
import { Accounts } from '../account/accounts.js';
import { Passkeys } from '../passkey/passkeys.js';
import { Passwords } from '../password/passwords.js';
import { RecoveryCodes } from '../recovery-code/recovery-codes.js';
import { SecondaryEmails } from '../secondary-email/secondary-emails.js';
import { Totps } from '../totp/totps.js';
import { RecommendationResolver } from './recommendation.resolver.js';
import { Recommendations } from './recommendations.js';

export const recommendation: Feature = {
  name: 'recommendation',
  resolvers: [RecommendationResolver],
  setUp(_kernel, get) {
    const recommendations = new Recommendations(
      get(Accounts),
      get(Passwords),
      get(Totps),
      get(RecoveryCodes),
      get(Passkeys),
      get(SecondaryEmails),
    );
    return { instances: [recommendations, new RecommendationResolver(recommendations)] };
  },
};
