import { Arg, Ctx, ID, Mutation, Resolver } from 'type-graphql';
import { Access } from '../../kernel/access.js';
import type { Context } from '../../kernel/context.js';
import { NewWebhookView, WebhookInput, WebhookUpdateInput, WebhookView } from './webhook.view.js';
import { Webhooks } from './webhooks.js';

@Resolver()
export class WebhookResolver {
  constructor(private readonly webhooks: Webhooks) {}

  @Access({ scope: 'NOTIFICATIONS_WRITE' })
  @Mutation(() => NewWebhookView)
  createWebhook(
    @Ctx() { viewer }: Context,
    @Arg('input', () => WebhookInput) input: WebhookInput,
  ): Promise<NewWebhookView> {
    return this.webhooks.create(viewer, input);
  }

  @Access({ scope: 'NOTIFICATIONS_WRITE' })
  @Mutation(() => WebhookView)
  updateWebhook(
    @Ctx() { viewer }: Context,
    @Arg('id', () => ID) id: string,
    @Arg('input', () => WebhookUpdateInput) input: WebhookUpdateInput,
  ): Promise<WebhookView> {
    return this.webhooks.update(viewer, id, { ...input });
  }

  @Access({ scope: 'NOTIFICATIONS_WRITE' })
  @Mutation(() => NewWebhookView, {
    description: 'The former secret signs beside the new one for 24 hours.',
  })
  rotateWebhookSecret(
    @Ctx() { viewer }: Context,
    @Arg('id', () => ID) id: string,
  ): Promise<NewWebhookView> {
    return this.webhooks.rotateSecret(viewer, id);
  }
}
