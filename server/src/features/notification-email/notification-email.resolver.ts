import { Arg, Ctx, Extensions, FieldResolver, Mutation, Resolver, Root } from 'type-graphql';
import { Access } from '../../kernel/access/access.js';
import type { Context } from '../../kernel/access/context.js';
import { EmailAddress } from '../../kernel/schema/scalars.js';
import { NotificationSettingsView } from '../notification-setting/notification-setting.view.js';
import { NotificationEmailView } from './notification-email.view.js';
import { NotificationEmails } from './notification-emails.js';

@Resolver(() => NotificationSettingsView)
export class NotificationEmailResolver {
  constructor(private readonly emails: NotificationEmails) {}

  @FieldResolver(() => [NotificationEmailView])
  notificationEmails(@Root() settings: NotificationSettingsView): Promise<NotificationEmailView[]> {
    return this.emails.list(settings.accountId);
  }

  @Access({ scope: 'NOTIFICATIONS_WRITE' })
  @Mutation(() => NotificationSettingsView, {
    description:
      'Where notification e-mail goes instead of the account’s own address, once verified; `category` null: all of it; `quota` alone: warnings about space. `email` null: back to the account’s own.',
  })
  async setNotificationEmail(
    @Ctx() { viewer }: Context,
    @Arg('email', () => EmailAddress, { nullable: true }) email: string | null,
    @Arg('category', () => String, { nullable: true }) category: string | null,
  ): Promise<NotificationSettingsView> {
    await this.emails.set(viewer, email ?? null, category ?? null);
    return { accountId: viewer.accountId! };
  }

  @Extensions({ credentialCheck: true })
  @Access({ anonymous: true, restricted: true })
  @Mutation(() => Boolean, { description: 'Needs no session, as verifyEmail.' })
  async verifyNotificationEmail(
    @Ctx() { viewer }: Context,
    @Arg('token', () => String) token: string,
  ): Promise<boolean> {
    await this.emails.verify(viewer, token);
    return true;
  }
}
