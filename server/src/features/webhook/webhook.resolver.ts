import { Arg, Ctx, FieldResolver, ID, Mutation, Resolver, Root } from 'type-graphql';
import { Access } from '../../kernel/access/access.js';
import type { Context } from '../../kernel/access/context.js';
import { NotificationSettingsView } from '../notification-setting/notification-setting.view.js';
import { NewWebhookView, WebhookInput, WebhookUpdateInput, WebhookView } from './webhook.view.js';
import { Webhooks } from './webhooks.js';

/** The part of NotificationSettings that is about webhooks. */
@Resolver(() => NotificationSettingsView)
export class WebhookResolver {
  constructor(private readonly useCases: Webhooks) {}

  @FieldResolver(() => [WebhookView])
  webhooks(@Root() { accountId }: NotificationSettingsView): Promise<WebhookView[]> {
    return this.useCases.list(accountId);
  }

  @Access({ scope: 'NOTIFICATIONS_WRITE' })
  @Mutation(() => NewWebhookView)
  createWebhook(
    @Ctx() { viewer }: Context,
    @Arg('input', () => WebhookInput) input: WebhookInput,
  ): Promise<NewWebhookView> {
    return this.useCases.create(viewer, input);
  }

  @Access({ scope: 'NOTIFICATIONS_WRITE' })
  @Mutation(() => WebhookView)
  updateWebhook(
    @Ctx() { viewer }: Context,
    @Arg('id', () => ID) id: string,
    @Arg('input', () => WebhookUpdateInput) input: WebhookUpdateInput,
  ): Promise<WebhookView> {
    return this.useCases.update(viewer, id, { ...input });
  }

  @Access({ scope: 'NOTIFICATIONS_WRITE' })
  @Mutation(() => NewWebhookView, {
    description: 'The former secret signs beside the new one for 24 hours.',
  })
  rotateWebhookSecret(
    @Ctx() { viewer }: Context,
    @Arg('id', () => ID) id: string,
  ): Promise<NewWebhookView> {
    return this.useCases.rotateSecret(viewer, id);
  }

  @Access({ scope: 'NOTIFICATIONS_WRITE' })
  @Mutation(() => NotificationSettingsView)
  async removeWebhook(
    @Ctx() { viewer }: Context,
    @Arg('id', () => ID) id: string,
  ): Promise<NotificationSettingsView> {
    await this.useCases.remove(viewer, id);
    return { accountId: viewer.accountId! };
  }
}
