import type { Feature } from '../../kernel/feature.js';
import { AccountNotificationSettingsResolver } from './notification-setting.resolver.js';

export const notificationSetting: Feature = {
  name: 'notification-setting',
  resolvers: [AccountNotificationSettingsResolver],
  setUp: () => ({ instances: [new AccountNotificationSettingsResolver()] }),
};
