import type { Feature } from '../../kernel/feature.js';
import { Activities } from '../activity/activities.js';
import { KnownTypes } from '../notification/known-types.js';
import { AccountNotificationSettingsResolver } from './notification-setting.resolver.js';
import { PersonalSettings } from './personal-settings.js';
import { PreferenceResolver } from './preference.resolver.js';
import { Preferences } from './preferences.js';
import { QuietTimes } from './quiet-times.js';

export const notificationSetting: Feature = {
  name: 'notification-setting',
  resolvers: [AccountNotificationSettingsResolver, PreferenceResolver],
  setUp(kernel, get) {
    const preferences = new Preferences(kernel, get(KnownTypes), get(Activities));
    const quietTimes = new QuietTimes(kernel);
    return {
      personalData: [new PersonalSettings(kernel)],
      instances: [
        preferences,
        quietTimes,
        new AccountNotificationSettingsResolver(),
        new PreferenceResolver(preferences, quietTimes),
      ],
    };
  },
};
