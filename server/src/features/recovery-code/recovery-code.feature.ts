import type { Feature } from '../../kernel/feature.js';
import { Activities } from '../activity/activities.js';
import { RecoveryCodeResolver } from './recovery-code.resolver.js';
import { RecoveryCodes } from './recovery-codes.js';

export const recoveryCode: Feature = {
  name: 'recovery-code',
  resolvers: [RecoveryCodeResolver],
  setUp(kernel, get) {
    const recoveryCodes = new RecoveryCodes(kernel, get(Activities));
    return { instances: [recoveryCodes, new RecoveryCodeResolver(recoveryCodes)] };
  },
};
