import { Ctx, FieldResolver, Mutation, Resolver, Root } from 'type-graphql';
import { Access } from '../../kernel/access/access.js';
import type { Context } from '../../kernel/access/context.js';
import { DateTime } from '../../kernel/schema/scalars.js';
import type { Account } from '../account/account.entity.js';
import { AccountView } from '../account/account.view.js';
import { AccountDeletions } from './account-deletions.js';
import { DataExports } from './data-exports.js';

@Resolver(() => AccountView)
export class ClosureResolver {
  constructor(
    private readonly deletions: AccountDeletions,
    private readonly exports: DataExports,
  ) {}

  @Access({ scope: 'ACCOUNT_READ' })
  @FieldResolver(() => DateTime, {
    nullable: true,
    description: 'Set while the account waits to be deleted.',
  })
  deletionAt(@Root() { id }: Account): Promise<Date | null> {
    return this.deletions.dueAt(id);
  }

  @Access({})
  @Mutation(() => Boolean, {
    description: 'Mails a link to download everything stored about the account.',
  })
  requestDataExport(@Ctx() { viewer }: Context): Promise<boolean> {
    return this.exports.request(viewer);
  }

  @Access({})
  @Mutation(() => DateTime, {
    description:
      'Removes the account and its data after a grace period of 7 days; signing in again cancels it.',
  })
  deleteAccount(@Ctx() { viewer }: Context): Promise<Date> {
    return this.deletions.request(viewer);
  }

  @Access({})
  @Mutation(() => AccountView)
  cancelAccountDeletion(@Ctx() { viewer }: Context): Promise<Account> {
    return this.deletions.cancel(viewer);
  }
}
