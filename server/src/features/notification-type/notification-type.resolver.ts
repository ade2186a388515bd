import { Arg, Ctx, Mutation, Resolver } from 'type-graphql';
import { Access } from '../../kernel/access.js';
import type { Context } from '../../kernel/context.js';
import { typeViewOf } from './notification-type.mapper.js';
import { NotificationTypeInput, NotificationTypeView } from './notification-type.view.js';
import { TypeEditing } from './type-editing.js';

@Resolver()
export class NotificationTypeResolver {
  constructor(private readonly editing: TypeEditing) {}

  @Access({ scope: 'EVENTS_WRITE', permission: 'admin.notifications' })
  @Mutation(() => NotificationTypeView, {
    description: 'Permission admin.notifications, or an access token with EVENTS_WRITE.',
  })
  async putNotificationType(
    @Ctx() { viewer }: Context,
    @Arg('input', () => NotificationTypeInput) input: NotificationTypeInput,
  ): Promise<NotificationTypeView> {
    return typeViewOf(await this.editing.put(viewer, input), viewer.locale);
  }

  @Access({ scope: 'EVENTS_WRITE', permission: 'admin.notifications' })
  @Mutation(() => Boolean)
  async removeNotificationType(
    @Ctx() { viewer }: Context,
    @Arg('key', () => String) key: string,
  ): Promise<boolean> {
    await this.editing.remove(viewer, key);
    return true;
  }
}
