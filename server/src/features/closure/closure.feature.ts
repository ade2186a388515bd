import type { Feature } from '../../kernel/feature.js';
import { personalTables } from '../../kernel/personal-data.js';
import { Accounts } from '../account/accounts.js';
import { Usernames } from '../account/usernames.js';
import { Activities } from '../activity/activities.js';
import { Administrators } from '../permission/administrators.js';
import { OtherCredentials } from '../session/other-credentials.js';
import { Sessions } from '../session/sessions.js';
import { SignInCompletion } from '../session/sign-in-completion.js';
import { AccountDeletions, deleteAccounts } from './account-deletions.js';
import { ClosureResolver } from './closure.resolver.js';
import { exportRoute } from './closure.routes.js';
import { DataExports, makeExport } from './data-exports.js';
import { Erasure } from './erasure.js';

export const closure: Feature = {
  name: 'closure',
  resolvers: [ClosureResolver],
  setUp(kernel, get) {
    const [accounts, activities] = [get(Accounts), get(Activities)];
    const erasure = new Erasure(kernel);
    get(Usernames).register(erasure);
    const deletions = new AccountDeletions(
      kernel,
      accounts,
      get(Administrators),
      get(Sessions),
      activities,
      erasure,
    );
    get(SignInCompletion).follow(deletions);
    const exports = new DataExports(
      kernel,
      accounts,
      get(Sessions),
      activities,
      get(SignInCompletion),
    );
    get(OtherCredentials).register('dataExports', (accountId) => exports.endAll(accountId));
    return {
      instances: [erasure, deletions, exports, new ClosureResolver(deletions, exports)],
      routes: [exportRoute(exports)],
      jobs: [
        { ...makeExport, run: (payload) => exports.make(payload as { id: string }) },
        // Each minute as well: a server that was down at the hour does it when it is back.
        { ...deleteAccounts, cron: '* * * * *', run: () => deletions.run() },
        { name: 'closure.sweep', cron: '37 * * * *', run: () => exports.sweep() },
      ],
      personalData: [
        personalTables(kernel.database, 'closure', {
          data_export: 'requested_at, made_at, downloaded_at',
          account_deletion: 'requested_at, due_at',
        }),
      ],
    };
  },
};
