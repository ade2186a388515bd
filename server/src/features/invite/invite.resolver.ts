import { Arg, Ctx, FieldResolver, ID, Int, Mutation, Resolver } from 'type-graphql';
import { Access } from '../../kernel/access/access.js';
import type { Context } from '../../kernel/access/context.js';
import { AdminView } from '../permission/admin.view.js';
import { InviteConnectionView, InviteInput, InviteView } from './invite.view.js';
import { Invites } from './invites.js';

/** The part of Admin that is about invites. */
@Resolver(() => AdminView)
export class InviteResolver {
  constructor(private readonly useCases: Invites) {}

  @Access({ scope: 'ADMIN', permission: 'admin.users' })
  @FieldResolver(() => InviteConnectionView, { description: 'Permission admin.users.' })
  invites(
    @Ctx() { viewer }: Context,
    @Arg('first', () => Int, { defaultValue: 20 }) first: number,
    @Arg('after', () => String, { nullable: true }) after: string | null,
  ): Promise<InviteConnectionView> {
    return this.useCases.list(viewer, { first, after });
  }

  @Access({ permission: 'admin.users' })
  @Mutation(() => InviteView, {
    description:
      'Permission admin.users. Mails a link (seven days, once) to `PUBLIC_URL/register?invite=…`.',
  })
  createInvite(
    @Ctx() { viewer }: Context,
    @Arg('input', () => InviteInput) input: InviteInput,
  ): Promise<InviteView> {
    return this.useCases.create(viewer, input);
  }

  @Access({ scope: 'ADMIN', permission: 'admin.users' })
  @Mutation(() => Boolean)
  async revokeInvite(
    @Ctx() { viewer }: Context,
    @Arg('id', () => ID) id: string,
  ): Promise<boolean> {
    await this.useCases.revoke(viewer, id);
    return true;
  }
}
