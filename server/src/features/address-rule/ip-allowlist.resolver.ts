import { Arg, Ctx, FieldResolver, Mutation, Resolver, Root } from 'type-graphql';
import { Access } from '../../kernel/access/access.js';
import type { Context } from '../../kernel/access/context.js';
import { SecurityView } from '../account/account.view.js';
import { IpAllowlistInput, IpAllowlistView } from './ip-allowlist.view.js';
import { IpAllowlists } from './ip-allowlists.js';

@Resolver(() => SecurityView)
export class IpAllowlistResolver {
  constructor(private readonly lists: IpAllowlists) {}

  @Access({})
  @FieldResolver(() => IpAllowlistView)
  async ipAllowlist(
    @Root() security: SecurityView,
    @Ctx() { viewer }: Context,
  ): Promise<IpAllowlistView> {
    const list = await this.lists.find(security.accountId);
    return { ...list, callerAddress: viewer.origin.address ?? '' };
  }

  @Access({})
  @Mutation(() => SecurityView, {
    description:
      'CIDR or single addresses, IPv4 and IPv6. Refused with WOULD_LOCK_OUT when it excludes the caller.',
  })
  async setIpAllowlist(
    @Ctx() { viewer }: Context,
    @Arg('input', () => IpAllowlistInput) input: IpAllowlistInput,
  ): Promise<SecurityView> {
    await this.lists.set(viewer, input);
    return { accountId: viewer.accountId! };
  }

  @Access({})
  @Mutation(() => SecurityView, { description: 'Keeps a list that is on trial.' })
  async confirmIpAllowlist(@Ctx() { viewer }: Context): Promise<SecurityView> {
    await this.lists.confirm(viewer);
    return { accountId: viewer.accountId! };
  }
}
