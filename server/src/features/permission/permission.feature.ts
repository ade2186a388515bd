import type { Feature } from '../../kernel/feature.js';
import { PermissionResolver } from './permission.resolver.js';

export const permission: Feature = {
  name: 'permission',
  resolvers: [PermissionResolver],
  setUp: () => ({ instances: [new PermissionResolver()] }),
};
