import type { Feature } from '../../kernel/feature.js';
import { Countries } from './countries.js';

export const country: Feature = {
  name: 'country',
  setUp: (kernel) => ({ instances: [new Countries(kernel)] }),
};
