import { Ctx, FieldResolver, Query, Resolver } from 'type-graphql';
import { Access } from '../../kernel/access/access.js';
import type { Context } from '../../kernel/access/context.js';
import { AdminView } from './admin.view.js';
import { allPermissions, requireAnyPermission } from './permissions.js';

@Resolver(() => AdminView)
export class PermissionResolver {
  @Access({ scope: 'ADMIN', permission: 'ANY' })
  @Query(() => AdminView, {
    description:
      'Everything an administrator sees. FORBIDDEN without a permission; each field asks for its own.',
  })
  admin(@Ctx() { viewer }: Context): AdminView {
    requireAnyPermission(viewer);
    return new AdminView();
  }

  @Access({ scope: 'ADMIN', permission: 'ANY' })
  @FieldResolver(() => [String], { description: 'Every permission there is.' })
  permissions(): readonly string[] {
    return allPermissions;
  }
}
