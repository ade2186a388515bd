import type { Feature } from '../../kernel/feature.js';
import { Activities } from '../activity/activities.js';
import { Factors } from './factors.js';
import { SecondFactorTries } from './second-factor-tries.js';

export const factor: Feature = {
  name: 'factor',
  setUp: (kernel, get) => ({
    instances: [new Factors(), new SecondFactorTries(kernel, get(Activities))],
  }),
};
