import type { Feature } from '../../kernel/feature.js';
import { Activities } from '../activity/activities.js';
import { KnownTypes } from '../notification/known-types.js';
import { NotificationTypeResolver } from './notification-type.resolver.js';
import { TypeEditing } from './type-editing.js';

export const notificationType: Feature = {
  name: 'notification-type',
  resolvers: [NotificationTypeResolver],
  setUp(kernel, get) {
    const editing = new TypeEditing(kernel, get(KnownTypes), get(Activities));
    return { instances: [editing, new NotificationTypeResolver(editing)] };
  },
};
