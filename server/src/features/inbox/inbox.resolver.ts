import {
  Arg,
  Args,
  ArgsType,
  Ctx,
  Field,
  FieldResolver,
  ID,
  Int,
  Resolver,
  Root,
} from 'type-graphql';
import { Access } from '../../kernel/access/access.js';
import type { Context } from '../../kernel/access/context.js';
import { Severity } from '../../kernel/schema/enums.js';
import { AccountView } from '../account/account.view.js';
import { notificationViewOf } from './inbox.mapper.js';
import { InboxFilter, NotificationConnectionView, NotificationView } from './inbox.view.js';
import { Inboxes } from './inboxes.js';

@ArgsType()
class InboxArgs {
  @Field(() => Int, { defaultValue: 20 })
  first!: number;

  @Field(() => String, { nullable: true })
  after?: string | null;

  @Field(() => InboxFilter, { defaultValue: InboxFilter.ALL })
  filter!: keyof typeof InboxFilter;

  @Field(() => String, { nullable: true })
  category?: string | null;

  @Field(() => Severity, { nullable: true })
  severity?: keyof typeof Severity | null;

  @Field(() => String, { nullable: true })
  search?: string | null;
}

@Resolver(() => AccountView)
export class InboxResolver {
  constructor(private readonly inboxes: Inboxes) {}

  @Access({ scope: 'NOTIFICATIONS_READ' })
  @FieldResolver(() => NotificationConnectionView)
  async inbox(
    @Ctx() { viewer }: Context,
    @Args(() => InboxArgs) args: InboxArgs,
  ): Promise<NotificationConnectionView> {
    const { nodes, ...page } = await this.inboxes.page(viewer, args);
    return { ...page, nodes: nodes.map((row) => notificationViewOf(row, viewer.locale)) };
  }

  @Access({ scope: 'NOTIFICATIONS_READ' })
  @FieldResolver(() => NotificationView, { nullable: true })
  async notification(
    @Ctx() { viewer }: Context,
    @Arg('id', () => ID) id: string,
  ): Promise<NotificationView | null> {
    const row = await this.inboxes.find(viewer, id);
    return row && notificationViewOf(row, viewer.locale);
  }

  @Access({ scope: 'NOTIFICATIONS_READ' })
  @FieldResolver(() => Int)
  unreadCount(@Root() account: AccountView): Promise<number> {
    return this.inboxes.unreadCount(account.id);
  }
}
