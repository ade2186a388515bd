import { Arg, Ctx, FieldResolver, Mutation, Resolver } from 'type-graphql';
import { Access } from '../../kernel/access/access.js';
import type { Context } from '../../kernel/access/context.js';
import { AdminView } from '../permission/admin.view.js';
import { typeViewOf } from './notification-type.mapper.js';
import { NotificationTypeInput, NotificationTypeView } from './notification-type.view.js';
import { TypeEditing } from './type-editing.js';

@Resolver(() => AdminView)
export class NotificationTypeResolver {
  constructor(private readonly editing: TypeEditing) {}

  @Access({ scope: 'ADMIN', permission: 'admin.notifications' })
  @FieldResolver(() => [NotificationTypeView], {
    description:
      'Permission admin.notifications. The built-in ones and those that were added, by category.',
  })
  async notificationTypes(@Ctx() { viewer }: Context): Promise<NotificationTypeView[]> {
    return (await this.editing.list(viewer)).map((type) => typeViewOf(type, viewer.locale));
  }

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
