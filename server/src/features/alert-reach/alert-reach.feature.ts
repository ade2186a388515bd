import type { Feature } from '../../kernel/feature.js';
import { AlertReach } from './alert-reach.js';
import { AlertReachResolver } from './alert-reach.resolver.js';

export const alertReach: Feature = {
  name: 'alert-reach',
  resolvers: [AlertReachResolver],
  setUp(kernel) {
    const reach = new AlertReach(kernel);
    return { instances: [reach, new AlertReachResolver(reach)] };
  },
};
