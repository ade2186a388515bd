import type { Feature } from '../../kernel/feature.js';
import { Accounts } from '../account/accounts.js';
import { Activities } from '../activity/activities.js';
import { Erasure } from '../closure/erasure.js';
import { IpAllowlists } from '../address-rule/ip-allowlists.js';
import { EmailChanges } from '../email-change/email-changes.js';
import { FirstVerifications } from '../email-change/first-verifications.js';
import { Passwords } from '../password/passwords.js';
import { Administrators } from '../permission/administrators.js';
import { SecondaryEmails } from '../secondary-email/secondary-emails.js';
import { OtherCredentials } from '../session/other-credentials.js';
import { Sessions } from '../session/sessions.js';
import { Sites } from '../site/sites.js';
import { TotpEnrolments } from '../totp/totp-enrolments.js';
import { Users } from '../user/users.js';
import { AffectedUsers } from './affected-users.js';
import { Endings } from './endings.js';
import { NewAddresses } from './new-addresses.js';
import { userChangeCommands } from './user-change.commands.js';
import { UserChangeResolver } from './user-change.resolver.js';
import { UserChanges } from './user-changes.js';
import { UserCredentials } from './user-credentials.js';
import { UserDeletion } from './user-deletion.js';

export const userChange: Feature = {
  name: 'user-change',
  commands: userChangeCommands,
  resolvers: [UserChangeResolver],
  setUp(kernel, get) {
    const [accounts, activities, sessions] = [get(Accounts), get(Activities), get(Sessions)];
    const [users, administrators] = [get(Users), get(Administrators)];
    const affected = new AffectedUsers(kernel, accounts, administrators);
    const endings = new Endings(
      sessions,
      get(OtherCredentials),
      get(EmailChanges),
      get(SecondaryEmails),
    );
    const addresses = new NewAddresses(
      kernel,
      accounts,
      get(EmailChanges),
      get(FirstVerifications),
      activities,
    );
    const changes = new UserChanges(
      kernel,
      users,
      affected,
      administrators,
      addresses,
      endings,
      sessions,
      activities,
    );
    const credentials = new UserCredentials(
      kernel,
      get(Sites),
      users,
      affected,
      endings,
      get(Passwords),
      get(TotpEnrolments),
      get(IpAllowlists),
      sessions,
      activities,
    );
    const deletion = new UserDeletion(
      kernel,
      affected,
      administrators,
      sessions,
      activities,
      get(Erasure),
    );
    const resolver = new UserChangeResolver(changes, credentials, deletion);
    return { instances: [affected, changes, credentials, deletion, resolver] };
  },
};
