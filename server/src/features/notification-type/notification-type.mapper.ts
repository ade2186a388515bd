import type { Locale } from '../../kernel/access/viewer.js';
import type { KnownType } from '../notification/known-types.js';
import type { NotificationTypeView } from './notification-type.view.js';

const locales = ['EN', 'IT'] as const;

export function typeViewOf(type: KnownType, locale: Locale): NotificationTypeView {
  return {
    key: type.key,
    category: type.category,
    title: type.name(locale),
    description: type.description(locale),
    severity: type.severity,
    defaultChannels: [...type.channels],
    builtIn: type.builtIn,
    texts: locales.flatMap((locale) => {
      const text = type.texts?.[locale];
      return text ? [{ locale, ...text }] : [];
    }),
  };
}
