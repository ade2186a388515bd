import { Arg, Ctx, FieldResolver, Mutation, Query, Resolver, Root } from 'type-graphql';
import { Access } from '../../kernel/access/access.js';
import type { Context } from '../../kernel/access/context.js';
import type { Account } from './account.entity.js';
import {
  AccountView,
  SecurityView,
  UpdatePreferencesInput,
  UpdateProfileInput,
} from './account.view.js';
import { Accounts } from './accounts.js';

@Resolver(() => AccountView)
export class AccountResolver {
  constructor(private readonly accounts: Accounts) {}

  @Access({ anonymous: true, scope: 'ANY', restricted: true })
  @Query(() => AccountView, {
    nullable: true,
    description: "The caller's own account; null when nobody is signed in.",
  })
  me(@Ctx() { viewer }: Context): Promise<Account | null> | null {
    if (viewer.barred) throw viewer.barred;
    return viewer.accountId === null ? null : this.accounts.find(viewer.accountId);
  }

  @Access({ scope: 'ANY', restricted: true })
  @FieldResolver(() => String, { description: 'The display name, else the username.' })
  name(@Root() account: Account): string {
    return account.name();
  }

  @Access({ scope: 'ACCOUNT_READ', restricted: true })
  @FieldResolver(() => SecurityView)
  security(@Root() account: Account): SecurityView {
    return { accountId: account.id };
  }

  @Access({ scope: 'ACCOUNT_WRITE' })
  @Mutation(() => AccountView)
  updateProfile(
    @Ctx() { viewer }: Context,
    @Arg('input', () => UpdateProfileInput) input: UpdateProfileInput,
  ): Promise<Account> {
    return this.accounts.updateProfile(viewer, input);
  }

  @Access({ scope: 'ACCOUNT_WRITE' })
  @Mutation(() => AccountView)
  updatePreferences(
    @Ctx() { viewer }: Context,
    @Arg('input', () => UpdatePreferencesInput) input: UpdatePreferencesInput,
  ): Promise<Account> {
    return this.accounts.updatePreferences(viewer, input);
  }
}
