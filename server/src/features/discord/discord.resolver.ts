import { Arg, Ctx, FieldResolver, Mutation, Resolver, Root } from 'type-graphql';
import { Access } from '../../kernel/access/access.js';
import type { Context } from '../../kernel/access/context.js';
import { UrlText } from '../../kernel/schema/scalars.js';
import { NotificationSettingsView } from '../notification-setting/notification-setting.view.js';
import { DiscordDestinations } from './discord-destinations.js';

/** The part of NotificationSettings that is about Discord. */
@Resolver(() => NotificationSettingsView)
export class DiscordResolver {
  constructor(private readonly discord: DiscordDestinations) {}

  @FieldResolver(() => String, {
    nullable: true,
    description: 'Masked: the address is a secret and is never shown again.',
  })
  async discordWebhook(@Root() { accountId }: NotificationSettingsView): Promise<string | null> {
    return (await this.discord.find(accountId)).webhook;
  }

  @FieldResolver(() => String, { nullable: true })
  async discordUserId(@Root() { accountId }: NotificationSettingsView): Promise<string | null> {
    return (await this.discord.find(accountId)).userId;
  }

  @Access({ scope: 'NOTIFICATIONS_WRITE' })
  @Mutation(() => NotificationSettingsView)
  async setDiscordWebhook(
    @Ctx() { viewer }: Context,
    @Arg('url', () => UrlText, { nullable: true }) url: string | null,
  ): Promise<NotificationSettingsView> {
    await this.discord.setWebhook(viewer, url ?? null);
    return { accountId: viewer.accountId! };
  }

  @Access({ scope: 'NOTIFICATIONS_WRITE' })
  @Mutation(() => NotificationSettingsView, {
    description: 'The person’s Discord user id, for delivery by the site’s bot.',
  })
  async setDiscordUser(
    @Ctx() { viewer }: Context,
    @Arg('userId', () => String, { nullable: true }) userId: string | null,
  ): Promise<NotificationSettingsView> {
    await this.discord.setUser(viewer, userId ?? null);
    return { accountId: viewer.accountId! };
  }
}
