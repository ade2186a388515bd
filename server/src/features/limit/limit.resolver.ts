import DataLoader from 'dataloader';
import { Arg, Ctx, FieldResolver, ID, Mutation, Resolver, Root, Subscription } from 'type-graphql';
import { Access } from '../../kernel/access/access.js';
import type { Context } from '../../kernel/access/context.js';
import { SafeInt } from '../../kernel/schema/scalars.js';
import type { Account } from '../account/account.entity.js';
import { AccountView } from '../account/account.view.js';
import { UserView } from '../user/user.view.js';
import type { Limit } from './limit.js';
import { LimitFeed } from './limit-feed.js';
import { LimitView, ReportUsageInput } from './limit.view.js';
import { Limits } from './limits.js';

@Resolver(() => AccountView)
export class LimitResolver {
  constructor(private readonly useCases: Limits) {}

  @Access({ scope: 'ACCOUNT_READ' })
  @FieldResolver(() => [LimitView])
  async limits(@Root() account: Account): Promise<LimitView[]> {
    return (await this.useCases.of([account.id]))[0]!;
  }

  @Access({ scope: 'USAGE_WRITE', permission: 'admin.users' })
  @Mutation(() => LimitView, {
    description: 'Scope usage:write. Crossing a threshold upwards or back notifies once.',
  })
  reportUsage(
    @Ctx() { viewer }: Context,
    @Arg('input', () => ReportUsageInput) input: ReportUsageInput,
  ): Promise<LimitView> {
    return this.useCases.report(viewer, input);
  }

  @Access({ scope: 'ADMIN', permission: 'admin.users' })
  @Mutation(() => UserView, {
    description: 'Permission admin.users. `value` -1 is unlimited.',
  })
  setUserLimit(
    @Ctx() { viewer }: Context,
    @Arg('id', () => ID) id: string,
    @Arg('key', () => String) key: string,
    @Arg('value', () => SafeInt) value: number,
  ): Promise<UserView> {
    return this.useCases.set(viewer, id, key, value);
  }
}

@Resolver()
export class LimitLiveResolver {
  @Access({ scope: 'ACCOUNT_READ' })
  @Subscription(() => LimitView, {
    description: "The caller's disk usage and other limits as they change.",
    subscribe: ({ context }: { context: Context }) =>
      context.get(LimitFeed).changes(context.viewer),
  })
  limits(@Root() limit: Limit): LimitView {
    return limit;
  }
}

/** The part of User that is about limits. */
@Resolver(() => UserView)
export class UserLimitResolver {
  constructor(private readonly useCases: Limits) {}

  @FieldResolver(() => [LimitView])
  limits(@Root() user: UserView, @Ctx() { loaders }: Context): Promise<LimitView[]> {
    const known = loaders.get(UserLimitResolver) as DataLoader<string, Limit[]> | undefined;
    const loader = known ?? new DataLoader<string, Limit[]>((ids) => this.useCases.of(ids));
    loaders.set(UserLimitResolver, loader);
    return loader.load(user.id);
  }
}
