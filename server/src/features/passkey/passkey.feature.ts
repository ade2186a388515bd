import type { Feature } from '../../kernel/feature.js';
import { personalTables } from '../../kernel/personal-data.js';
import { Accounts } from '../account/accounts.js';
import { Activities } from '../activity/activities.js';
import { Factors } from '../factor/factors.js';
import { Sessions } from '../session/sessions.js';
import { Ceremonies } from './ceremonies.js';
import { PasskeyProofs } from './passkey-proofs.js';
import { PasskeySchema } from './passkey.entity.js';
import {
  PasskeyResolver,
  PasskeySecurityResolver,
  PasskeySiteResolver,
} from './passkey.resolver.js';
import { Passkeys } from './passkeys.js';
import { UserHandles } from './user-handles.js';
import { WebAuthn } from './web-authn.js';

export const passkey: Feature = {
  name: 'passkey',
  entities: [PasskeySchema],
  resolvers: [PasskeySecurityResolver, PasskeyResolver, PasskeySiteResolver],
  setUp(kernel, get) {
    const ceremonies = new Ceremonies(kernel);
    const handles = new UserHandles(kernel.database);
    const webAuthn = new WebAuthn(kernel.settings, kernel.log);
    const passkeys = new Passkeys(
      kernel,
      get(Accounts),
      get(Factors),
      get(Sessions),
      get(Activities),
      handles,
      ceremonies,
      webAuthn,
    );
    const proofs = new PasskeyProofs(kernel, ceremonies, passkeys, webAuthn);
    get(Factors).register({
      name: 'passkey',
      strength: 2,
      demands: 1,
      has: async (accountId) => (await passkeys.list(accountId)).length > 0,
      prove: (_viewer, accountId, answer, browser) =>
        proofs.confirm(accountId, { ...answer, browser: browser() }),
    });
    return {
      personalData: [
        personalTables(kernel.database, 'passkeys', {
          passkey: 'name, created_at, last_used_at, backed_up, transports',
        }),
      ],
      instances: [
        passkeys,
        proofs,
        new PasskeySecurityResolver(passkeys, proofs, handles),
        new PasskeyResolver(),
        new PasskeySiteResolver(webAuthn),
      ],
      jobs: [{ name: 'passkey.sweep', cron: '*/10 * * * *', run: () => ceremonies.sweep() }],
    };
  },
};
