import { Arg, Ctx, FieldResolver, Int, Mutation, Resolver, Root } from 'type-graphql';
import { Access } from '../../kernel/access/access.js';
import type { Context } from '../../kernel/access/context.js';
import { EmailAddress } from '../../kernel/schema/scalars.js';
import type { Account } from '../account/account.entity.js';
import { AccountView } from '../account/account.view.js';
import { Domains } from './domains.js';
import { EmailAccounts } from './email-accounts.js';
import { MailboxLists } from './mailbox-lists.js';
import {
  DomainConnectionView,
  DomainView,
  EmailAccountConnectionView,
  EmailAccountInput,
  EmailAccountView,
  PutEmailAccountResultView,
} from './mailbox.view.js';

/** The part of Account that its mail server tells. */
@Resolver(() => AccountView)
export class MailboxResolver {
  constructor(private readonly lists: MailboxLists) {}

  @Access({ scope: 'ACCOUNT_READ' })
  @FieldResolver(() => EmailAccountConnectionView)
  emailAccounts(
    @Root() account: Account,
    @Arg('first', () => Int, { defaultValue: 20 }) first: number,
    @Arg('after', () => String, { nullable: true }) after: string | null,
    @Arg('search', () => String, { nullable: true }) search: string | null,
  ): Promise<EmailAccountConnectionView> {
    return this.lists.emailAccounts(account.id, { first, after, search });
  }

  @Access({ scope: 'ACCOUNT_READ' })
  @FieldResolver(() => DomainConnectionView)
  domains(
    @Root() account: Account,
    @Arg('first', () => Int, { defaultValue: 20 }) first: number,
    @Arg('after', () => String, { nullable: true }) after: string | null,
    @Arg('search', () => String, { nullable: true }) search: string | null,
  ): Promise<DomainConnectionView> {
    return this.lists.domains(account.id, { first, after, search });
  }
}

@Resolver()
export class MailServerResolver {
  constructor(
    private readonly emailAccounts: EmailAccounts,
    private readonly domains: Domains,
  ) {}

  @Access({ scope: 'USAGE_WRITE', permission: 'admin.users' })
  @Mutation(() => EmailAccountView, {
    description: "Scope usage:write. LIMIT_REACHED when one more would pass the account's limit.",
  })
  putEmailAccount(
    @Ctx() { viewer }: Context,
    @Arg('input', () => EmailAccountInput) input: EmailAccountInput,
  ): Promise<EmailAccountView> {
    return this.emailAccounts.put(viewer, input);
  }

  @Access({ scope: 'USAGE_WRITE', permission: 'admin.users' })
  @Mutation(() => [PutEmailAccountResultView], {
    description: 'At most 100; each stands or falls alone.',
  })
  putEmailAccounts(
    @Ctx() { viewer }: Context,
    @Arg('input', () => [EmailAccountInput]) input: EmailAccountInput[],
  ): Promise<PutEmailAccountResultView[]> {
    return this.emailAccounts.putAll(viewer, input);
  }

  @Access({ scope: 'USAGE_WRITE', permission: 'admin.users' })
  @Mutation(() => Boolean)
  removeEmailAccount(
    @Ctx() { viewer }: Context,
    @Arg('username', () => String) username: string,
    @Arg('address', () => EmailAddress) address: string,
  ): Promise<boolean> {
    return this.emailAccounts.remove(viewer, username, address);
  }

  @Access({ scope: 'USAGE_WRITE', permission: 'admin.users' })
  @Mutation(() => DomainView, {
    description: 'Scope usage:write. A domain seen for the first time notifies.',
  })
  putDomain(
    @Ctx() { viewer }: Context,
    @Arg('username', () => String) username: string,
    @Arg('name', () => String) name: string,
  ): Promise<DomainView> {
    return this.domains.put(viewer, username, name);
  }

  @Access({ scope: 'USAGE_WRITE', permission: 'admin.users' })
  @Mutation(() => Boolean)
  removeDomain(
    @Ctx() { viewer }: Context,
    @Arg('username', () => String) username: string,
    @Arg('name', () => String) name: string,
  ): Promise<boolean> {
    return this.domains.remove(viewer, username, name);
  }
}
