import type { Feature } from '../../kernel/feature.js';
import { Administrators } from './administrators.js';
import { PermissionResolver } from './permission.resolver.js';

export const permission: Feature = {
  name: 'permission',
  resolvers: [PermissionResolver],
  setUp: (kernel) => ({ instances: [new Administrators(kernel), new PermissionResolver()] }),
};
