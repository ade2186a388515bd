import type { Feature } from '../../kernel/feature.js';
import { personalTables } from '../../kernel/personal-data.js';
import { Accounts } from '../account/accounts.js';
import { Activities } from '../activity/activities.js';
import { Notices } from '../notification/notices.js';
import { OtherCredentials } from '../session/other-credentials.js';
import { Sessions } from '../session/sessions.js';
import { AccessTokenCredential } from './access-token.credential.js';
import { AccessTokenSchema } from './access-token.entity.js';
import { AccessTokenResolver, ApiAccessResolver } from './access-token.resolver.js';
import { AccessTokens } from './access-tokens.js';
import { tokenExpiring, TokenReminders } from './token-reminders.js';

export const accessToken: Feature = {
  name: 'access-token',
  entities: [AccessTokenSchema],
  resolvers: [AccessTokenResolver, ApiAccessResolver],
  notificationTypes: [tokenExpiring],
  setUp(kernel, get) {
    const tokens = new AccessTokens(kernel, get(Accounts), get(Sessions), get(Activities));
    const reminders = new TokenReminders(kernel, get(Notices));
    get(OtherCredentials).register('accessTokens', (accountId) => tokens.endAll(accountId));
    return {
      personalData: [
        personalTables(kernel.database, 'access-tokens', {
          access_token:
            'name, prefix, scopes, created_at, last_used_at, last_used_ip, expires_at, reminded_at',
          api_access: 'enabled',
        }),
      ],
      instances: [
        tokens,
        reminders,
        new AccessTokenResolver(tokens),
        new ApiAccessResolver(tokens),
      ],
      jobs: [reminders.job()],
      credentials: [new AccessTokenCredential(kernel)],
    };
  },
};
