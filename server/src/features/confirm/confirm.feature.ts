import type { Feature } from '../../kernel/feature.js';
import { Factors } from '../factor/factors.js';
import { Sessions } from '../session/sessions.js';
import { ConfirmResolver } from './confirm.resolver.js';
import { Confirmations } from './confirmations.js';

export const confirm: Feature = {
  name: 'confirm',
  resolvers: [ConfirmResolver],
  setUp(_kernel, get) {
    const confirmations = new Confirmations(get(Factors), get(Sessions));
    return { instances: [confirmations, new ConfirmResolver(confirmations)] };
  },
};
