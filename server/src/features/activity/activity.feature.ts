import type { Feature } from '../../kernel/feature.js';
import { Activities } from './activities.js';

export const activity: Feature = {
  name: 'activity',
  setUp: (kernel) => ({ instances: [new Activities(kernel)] }),
};
