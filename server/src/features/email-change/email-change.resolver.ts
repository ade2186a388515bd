import { Arg, Ctx, FieldResolver, Mutation, Resolver, Root } from 'type-graphql';
import { Access } from '../../kernel/access/access.js';
import type { Context } from '../../kernel/access/context.js';
import { EmailAddress } from '../../kernel/schema/scalars.js';
import type { Account } from '../account/account.entity.js';
import { AccountView } from '../account/account.view.js';
import { EmailChanges } from './email-changes.js';

/** The part of Account that is about the address it is to have. */
@Resolver(() => AccountView)
export class EmailChangeResolver {
  constructor(private readonly changes: EmailChanges) {}

  @Access({ scope: 'ACCOUNT_READ' })
  @FieldResolver(() => EmailAddress, { nullable: true })
  pendingEmail(@Root() account: Account): Promise<string | null> {
    return this.changes.pendingOf(account.id);
  }

  @Access({})
  @Mutation(() => AccountView, {
    description:
      'Mails a link to the new address; nothing changes until it is followed. Both addresses are told afterwards.',
  })
  requestEmailChange(
    @Ctx() { viewer }: Context,
    @Arg('email', () => EmailAddress) email: string,
  ): Promise<Account> {
    return this.changes.request(viewer, email);
  }

  @Access({ scope: 'ACCOUNT_WRITE' })
  @Mutation(() => AccountView)
  cancelEmailChange(@Ctx() { viewer }: Context): Promise<Account> {
    return this.changes.cancel(viewer);
  }
}
