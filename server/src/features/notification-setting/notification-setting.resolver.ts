import { FieldResolver, Resolver, Root } from 'type-graphql';
import { Access } from '../../kernel/access/access.js';
import type { Account } from '../account/account.entity.js';
import { AccountView } from '../account/account.view.js';
import { NotificationSettingsView } from './notification-setting.view.js';

/** The part of Account that is about how news reach it. */
@Resolver(() => AccountView)
export class AccountNotificationSettingsResolver {
  @Access({ scope: 'NOTIFICATIONS_READ' })
  @FieldResolver(() => NotificationSettingsView)
  notificationSettings(@Root() account: Account): NotificationSettingsView {
    return { accountId: account.id };
  }
}
