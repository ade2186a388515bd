import { Arg, Ctx, FieldResolver, Int, Mutation, Resolver, Root, Subscription } from 'type-graphql';
import { Access } from '../../kernel/access/access.js';
import type { Context } from '../../kernel/access/context.js';
import { AdminView } from '../permission/admin.view.js';
import { SupportAccessView } from './support-access.view.js';
import { SupportAccesses } from './support-accesses.js';
import type { SupportStatus } from './support-accesses.js';
import { SupportFeed } from './support-feed.js';

@Resolver(() => AdminView)
export class SupportAccessResolver {
  constructor(private readonly useCases: SupportAccesses) {}

  @Access({ scope: 'ADMIN', permission: 'admin.system.support' })
  @FieldResolver(() => SupportAccessView, { description: 'Permission admin.system.support.' })
  supportAccess(@Ctx() { viewer }: Context): Promise<SupportStatus> {
    return this.useCases.status(viewer);
  }

  @Access({ permission: 'admin.system.support' })
  @Mutation(() => SupportAccessView, {
    description: 'Permission admin.system.support. Replaces a running window.',
  })
  enableSupportAccess(
    @Ctx() { viewer }: Context,
    @Arg('hours', () => Int) hours: number,
  ): Promise<SupportStatus> {
    return this.useCases.enable(viewer, hours);
  }

  @Access({ scope: 'ADMIN', permission: 'admin.system.support' })
  @Mutation(() => SupportAccessView)
  disableSupportAccess(@Ctx() { viewer }: Context): Promise<SupportStatus> {
    return this.useCases.disable(viewer);
  }

  @Access({ scope: 'ADMIN', permission: 'admin.system.support' })
  @Subscription(() => SupportAccessView, {
    name: 'supportAccess',
    description: 'Permission admin.system.support.',
    subscribe: ({ context }: { context: Context }) => context.get(SupportFeed).open(context.viewer),
  })
  supportAccessEvents(@Root() _event: true, @Ctx() { viewer }: Context): Promise<SupportStatus> {
    return this.useCases.status(viewer);
  }
}
