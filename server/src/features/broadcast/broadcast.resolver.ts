import { Arg, Ctx, FieldResolver, Int, Mutation, Resolver } from 'type-graphql';
import { Access } from '../../kernel/access/access.js';
import type { Context } from '../../kernel/access/context.js';
import { Locale, Role } from '../../kernel/schema/enums.js';
import { AdminView } from '../permission/admin.view.js';
import { BroadcastPreviews } from './broadcast-previews.js';
import {
  BroadcastConnectionView,
  BroadcastInput,
  BroadcastView,
  MessagePreviewView,
  NotifyUsersInput,
} from './broadcast.view.js';
import { Broadcasts } from './broadcasts.js';

@Resolver(() => AdminView)
export class BroadcastResolver {
  constructor(
    private readonly useCases: Broadcasts,
    private readonly previews: BroadcastPreviews,
  ) {}

  @Access({ scope: 'ADMIN', permission: 'admin.notifications' })
  @FieldResolver(() => BroadcastConnectionView, { description: 'Permission admin.notifications.' })
  broadcasts(
    @Ctx() { viewer }: Context,
    @Arg('first', () => Int, { defaultValue: 20 }) first: number,
    @Arg('after', () => String, { nullable: true }) after: string | null,
    @Arg('direct', () => Boolean, {
      defaultValue: false,
      description: 'Also what was said to chosen people.',
    })
    direct: boolean,
  ): Promise<BroadcastConnectionView> {
    return this.useCases.list(viewer, { first, after, direct });
  }

  @Access({ scope: 'ADMIN', permission: 'admin.notifications' })
  @FieldResolver(() => Int, {
    description: 'Permission admin.notifications. How many a broadcast would reach.',
  })
  audience(
    @Ctx() { viewer }: Context,
    @Arg('role', () => Role, { nullable: true }) role: keyof typeof Role | null,
  ): Promise<number> {
    return this.useCases.audience(viewer, role);
  }

  @Access({ scope: 'ADMIN', permission: 'admin.notifications' })
  @FieldResolver(() => [MessagePreviewView], {
    description:
      'Permission admin.notifications. What a broadcast would look like in the inbox and in every channel that the site has a provider for, as it would be sent to a reader of this language.',
  })
  broadcastPreviews(
    @Ctx() { viewer }: Context,
    @Arg('input', () => BroadcastInput) input: BroadcastInput,
    @Arg('locale', () => Locale) locale: keyof typeof Locale,
    @Arg('type', () => String, {
      defaultValue: 'admin.message',
      description: 'As if it were told of this type, which need not exist yet.',
    })
    type: string,
  ): MessagePreviewView[] {
    return this.previews.show(viewer, input, locale, type);
  }

  @Access({ scope: 'ADMIN', permission: 'admin.notifications' })
  @Mutation(() => BroadcastView, {
    description: 'Permission admin.notifications. To everyone, or to those with a role.',
  })
  broadcast(
    @Ctx() { viewer }: Context,
    @Arg('input', () => BroadcastInput) input: BroadcastInput,
  ): Promise<BroadcastView> {
    return this.useCases.broadcast(viewer, input);
  }

  @Access({ scope: 'ADMIN', permission: 'admin.notifications' })
  @Mutation(() => Int)
  notifyUsers(
    @Ctx() { viewer }: Context,
    @Arg('input', () => NotifyUsersInput) input: NotifyUsersInput,
  ): Promise<number> {
    return this.useCases.notify(viewer, input);
  }
}
