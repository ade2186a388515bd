import type { Cache, KeyGenerator, UpdateResolver } from '@urql/exchange-graphcache';
import { forget } from '../forget.ts';

const embedded: KeyGenerator = () => null;
const settings = 'NotificationSettings:one';

/** How news reach a person: one entity, with its rows inside. */
export const settingsKeys: Record<string, KeyGenerator> = {
  NotificationSettings: () => 'one',
  NotificationPreference: embedded,
  NotificationType: embedded,
  NotificationTypeText: embedded,
  NotificationEmail: embedded,
  QuietHours: embedded,
  SignalNumber: embedded,
  NewWebhook: embedded,
  DeliveryConnection: embedded,
  DeliveryTry: embedded,
};

const forgetLog: UpdateResolver = (_result, _args, cache) => forget(cache, settings, 'deliveries');

/** A webhook tells in its row how its last message went. */
function forgetWebhooks(cache: Cache): void {
  forget(cache, settings, 'webhooks');
}

/** Also of the matrix, and of whatever lists types to choose from. */
const forgetTypes: UpdateResolver = (_result, _args, cache) => {
  forget(cache, 'Admin:one', 'notificationTypes');
  forget(cache, settings, 'types');
};

export const settingsUpdates: Record<string, UpdateResolver> = {
  redeliver: forgetLog,
  testChannel: forgetLog,
  putNotificationType: forgetTypes,
  removeNotificationType: forgetTypes,
  createWebhook: (_result, _args, cache) => forgetWebhooks(cache),
};
