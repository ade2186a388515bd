import type { Feature } from '../../kernel/feature.js';
import { Accounts } from '../account/accounts.js';
import { Activities } from '../activity/activities.js';
import { Factors } from '../factor/factors.js';
import { SecondFactorTries } from '../factor/second-factor-tries.js';
import { RecoveryCodes } from '../recovery-code/recovery-codes.js';
import { Sessions } from '../session/sessions.js';
import { TotpEnrolments } from './totp-enrolments.js';
import { TotpResolver } from './totp.resolver.js';
import { Totps, totpStrength } from './totps.js';

export const totp: Feature = {
  name: 'totp',
  resolvers: [TotpResolver],
  setUp(kernel, get) {
    const tries = get(SecondFactorTries);
    const totps = new Totps(kernel, tries);
    const enrolments = new TotpEnrolments(
      kernel,
      get(Accounts),
      get(Sessions),
      get(RecoveryCodes),
      tries,
      get(Activities),
    );
    get(Factors).register({
      name: 'totpCode',
      strength: totpStrength,
      demands: 2,
      has: (accountId) => totps.isOn(accountId),
      prove: (viewer, accountId, code) => totps.prove(viewer, accountId, code),
    });
    return { instances: [totps, enrolments, new TotpResolver(totps, enrolments)] };
  },
};
