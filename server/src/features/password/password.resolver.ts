import { Arg, Ctx, Extensions, FieldResolver, Mutation, Query, Resolver, Root } from 'type-graphql';
import { Access } from '../../kernel/access/access.js';
import type { Context } from '../../kernel/access/context.js';
import { DateTime } from '../../kernel/schema/scalars.js';
import { SecurityView } from '../account/account.view.js';
import { Passwords } from './passwords.js';

@Resolver(() => SecurityView)
export class PasswordResolver {
  constructor(private readonly passwords: Passwords) {}

  @Access({ scope: 'ACCOUNT_READ', restricted: 'TWO_FACTOR_REQUIRED' })
  @FieldResolver(() => Boolean)
  async hasPassword(@Root() security: SecurityView): Promise<boolean> {
    return (await this.passwords.find(security.accountId)) !== null;
  }

  @Access({ scope: 'ACCOUNT_READ', restricted: true })
  @FieldResolver(() => Boolean)
  passwordChangeRequired(@Ctx() { viewer }: Context): boolean {
    return viewer.restriction === 'PASSWORD_CHANGE_REQUIRED';
  }

  @FieldResolver(() => DateTime, { nullable: true })
  async passwordChangedAt(@Root() security: SecurityView): Promise<Date | null> {
    return (await this.passwords.find(security.accountId))?.changedAt ?? null;
  }

  @Access({ anonymous: true, scope: 'ANY', restricted: true })
  @Query(() => String, {
    description: 'A random password that meets the policy (at least 20 characters).',
  })
  passwordSuggestion(): Promise<string> {
    return this.passwords.suggest();
  }

  @Extensions({ credentialCheck: true })
  @Access({ restricted: true })
  @Mutation(() => SecurityView, {
    description:
      'Ends every other session, in the same transaction. Sends the password-changed and sessions-ended alerts.',
  })
  async changePassword(
    @Ctx() context: Context,
    @Arg('currentPassword', () => String, { nullable: true }) currentPassword: string | null,
    @Arg('newPassword', () => String) newPassword: string,
  ): Promise<SecurityView> {
    const opened = await this.passwords.change(context.viewer, currentPassword, newPassword);
    await context.reply.setSession(opened.secret, opened.maxAge);
    return { accountId: context.viewer.accountId! };
  }
}
