import { Arg, Ctx, ID, Mutation, Resolver } from 'type-graphql';
import { Access } from '../../kernel/access/access.js';
import type { Context } from '../../kernel/access/context.js';
import { UserView } from '../user/user.view.js';
import { UpdateUserInput } from './user-change.view.js';
import { UserChanges } from './user-changes.js';
import { UserCredentials } from './user-credentials.js';
import { UserDeletion } from './user-deletion.js';

@Resolver()
export class UserChangeResolver {
  constructor(
    private readonly changes: UserChanges,
    private readonly credentials: UserCredentials,
    private readonly deletion: UserDeletion,
  ) {}

  @Access({ permission: 'admin.users' })
  @Mutation(() => UserView, {
    description:
      'Permission admin.users. Disabling ends all sessions and access tokens; enabling revives none.',
  })
  updateUser(
    @Ctx() { viewer }: Context,
    @Arg('id', () => ID) id: string,
    @Arg('input', () => UpdateUserInput) input: UpdateUserInput,
  ): Promise<UserView> {
    return this.changes.update(viewer, id, input);
  }

  @Access({ permission: 'admin.users' })
  @Mutation(() => String, {
    nullable: true,
    description:
      "Null generates one, which is the answer. A one-time password: the user must change it at the next sign-in. Ends all the user's sessions, alerts the user.",
  })
  setUserPassword(
    @Ctx() { viewer }: Context,
    @Arg('id', () => ID) id: string,
    @Arg('password', () => String, { nullable: true }) password: string | null,
  ): Promise<string | null> {
    return this.credentials.setPassword(viewer, id, password ?? null);
  }

  @Access({ permission: 'admin.users' })
  @Mutation(() => UserView)
  disableUserTwoFactor(
    @Ctx() { viewer }: Context,
    @Arg('id', () => ID) id: string,
  ): Promise<UserView> {
    return this.credentials.disableTwoFactor(viewer, id);
  }

  @Access({ permission: 'admin.users' })
  @Mutation(() => UserView, {
    description: 'For who is shut out by it. Ends all sessions of the user.',
  })
  clearUserIpAllowlist(
    @Ctx() { viewer }: Context,
    @Arg('id', () => ID) id: string,
  ): Promise<UserView> {
    return this.credentials.clearIpAllowlist(viewer, id);
  }

  @Access({ scope: 'ADMIN', permission: 'admin.users' })
  @Mutation(() => UserView)
  endUserSessions(@Ctx() { viewer }: Context, @Arg('id', () => ID) id: string): Promise<UserView> {
    return this.credentials.endSessions(viewer, id);
  }

  @Access({ permission: 'admin.users' })
  @Mutation(() => Boolean)
  async deleteUser(@Ctx() { viewer }: Context, @Arg('id', () => ID) id: string): Promise<boolean> {
    await this.deletion.delete(viewer, id);
    return true;
  }
}
