import type { Feature } from '../../kernel/feature.js';
import { Accounts } from '../account/accounts.js';
import { Activities } from '../activity/activities.js';
import { OtherCredentials } from '../session/other-credentials.js';
import { Sessions } from '../session/sessions.js';
import { ApiKeyCredential } from './api-key.credential.js';
import { ApiKeys } from './api-keys.js';
import { LicenseChecks } from './license-checks.js';
import { licenseCommands } from './license.commands.js';
import { ApiKeySchema, LicenseSchema } from './license.entity.js';
import {
  AccountLicenseResolver,
  LicenseResolver,
  LicensingResolver,
  UserLicenseResolver,
} from './license.resolver.js';
import { Licenses } from './licenses.js';
import { personalLicenses } from './personal-licenses.js';

export const license: Feature = {
  name: 'license',
  entities: [LicenseSchema, ApiKeySchema],
  commands: licenseCommands,
  resolvers: [LicensingResolver, AccountLicenseResolver, UserLicenseResolver, LicenseResolver],
  setUp(kernel, get) {
    const licenses = new Licenses(kernel, get(Accounts), get(Activities));
    const keys = new ApiKeys(kernel, get(Sessions), get(Activities));
    const checks = new LicenseChecks(kernel);
    // A lost password ends what may act as the person; keys of licenses may not.
    get(OtherCredentials).register('apiKeys', (accountId) => keys.endAll(accountId), {
      only: 'lock-down',
    });
    return {
      instances: [
        licenses,
        keys,
        checks,
        new LicensingResolver(licenses, keys, checks),
        new AccountLicenseResolver(licenses),
        new UserLicenseResolver(licenses),
        new LicenseResolver(keys),
      ],
      credentials: [new ApiKeyCredential(kernel)],
      personalData: [personalLicenses(kernel.database)],
    };
  },
};
