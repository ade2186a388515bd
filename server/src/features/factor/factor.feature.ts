import type { Feature } from '../../kernel/feature.js';
import { Factors } from './factors.js';

export const factor: Feature = {
  name: 'factor',
  setUp: () => ({ instances: [new Factors()] }),
};
