import { Arg, Ctx, FieldResolver, Mutation, Resolver, Root } from 'type-graphql';
import { Access } from '../../kernel/access/access.js';
import type { Context } from '../../kernel/access/context.js';
import { Channel } from '../../kernel/schema/enums.js';
import { typeViewOf } from '../notification-type/notification-type.mapper.js';
import { NotificationSettingsView } from './notification-setting.view.js';
import {
  NotificationPreferenceView,
  PreferenceInput,
  QuietHoursInput,
  QuietHoursView,
} from './preference.view.js';
import { Preferences } from './preferences.js';
import { QuietTimes } from './quiet-times.js';

@Resolver(() => NotificationSettingsView)
export class PreferenceResolver {
  constructor(
    private readonly preferences: Preferences,
    private readonly quietTimes: QuietTimes,
  ) {}

  @FieldResolver(() => [NotificationPreferenceView])
  async types(
    @Root() settings: NotificationSettingsView,
    @Ctx() { viewer }: Context,
  ): Promise<NotificationPreferenceView[]> {
    const rows = await this.preferences.list(settings.accountId);
    return rows.map(({ type, enabled }) => ({
      // What its events say is for those who write it.
      type: { ...typeViewOf(type, viewer.locale), texts: [] },
      enabled: [...enabled],
      mandatory: [...type.mandatory],
    }));
  }

  @FieldResolver(() => QuietHoursView, { nullable: true })
  quietHours(@Root() settings: NotificationSettingsView): Promise<QuietHoursView | null> {
    return this.quietTimes.find(settings.accountId);
  }

  @Access({ scope: 'NOTIFICATIONS_WRITE' })
  @Mutation(() => NotificationSettingsView)
  async setPreference(
    @Ctx() { viewer }: Context,
    @Arg('type', () => String) type: string,
    @Arg('channel', () => Channel) channel: keyof typeof Channel,
    @Arg('enabled', () => Boolean) enabled: boolean,
  ): Promise<NotificationSettingsView> {
    await this.preferences.set(viewer, [{ type, channel, enabled }]);
    return { accountId: viewer.accountId! };
  }

  @Access({ scope: 'NOTIFICATIONS_WRITE' })
  @Mutation(() => NotificationSettingsView, {
    description: 'A row, column or group at once: all or none, at most 200.',
  })
  async setPreferences(
    @Ctx() { viewer }: Context,
    @Arg('changes', () => [PreferenceInput]) changes: PreferenceInput[],
  ): Promise<NotificationSettingsView> {
    await this.preferences.set(viewer, changes);
    return { accountId: viewer.accountId! };
  }

  @Access({ scope: 'NOTIFICATIONS_WRITE' })
  @Mutation(() => NotificationSettingsView)
  async setQuietHours(
    @Ctx() { viewer }: Context,
    @Arg('input', () => QuietHoursInput, { nullable: true }) input: QuietHoursInput | null,
  ): Promise<NotificationSettingsView> {
    await this.quietTimes.set(viewer, input ?? null);
    return { accountId: viewer.accountId! };
  }
}
