import DataLoader from 'dataloader';
import { Ctx, FieldResolver, Int, Mutation, Resolver, Root } from 'type-graphql';
import { Access } from '../../kernel/access/access.js';
import type { Context } from '../../kernel/access/context.js';
import type { Account } from '../account/account.entity.js';
import { AccountView } from '../account/account.view.js';
import { UserView } from '../user/user.view.js';
import { StorageHistory, daysUntilFull } from './storage-history.js';
import type { StorageDay } from './storage-history.js';
import { StorageDayView, StorageView } from './storage.view.js';
import { Storages } from './storages.js';
import type { Storage } from './storages.js';

@Resolver(() => AccountView)
export class AccountStorageResolver {
  constructor(private readonly useCases: Storages) {}

  @Access({ scope: 'ACCOUNT_READ' })
  @FieldResolver(() => StorageView)
  async storage(@Root() account: Account): Promise<StorageView> {
    return (await this.useCases.of([account.id]))[0]!;
  }

  @Access({ scope: 'ACCOUNT_WRITE' })
  @Mutation(() => StorageView, {
    description: "Measures the caller's folder now (once a minute at most).",
  })
  measureStorage(@Ctx() { viewer }: Context): Promise<StorageView> {
    return this.useCases.measure(viewer);
  }
}

/** The part of User that is about disk space. */
@Resolver(() => UserView)
export class UserStorageResolver {
  constructor(private readonly useCases: Storages) {}

  @FieldResolver(() => StorageView)
  storage(@Root() user: UserView, @Ctx() { loaders }: Context): Promise<StorageView> {
    const known = loaders.get(UserStorageResolver) as DataLoader<string, Storage> | undefined;
    const loader = known ?? new DataLoader<string, Storage>((ids) => this.useCases.of(ids));
    loaders.set(UserStorageResolver, loader);
    return loader.load(user.id);
  }
}

@Resolver(() => StorageView)
export class StorageResolver {
  constructor(private readonly past: StorageHistory) {}

  @FieldResolver(() => [StorageDayView], {
    description: 'The last 30 days, oldest first, without gaps.',
  })
  history(@Root() storage: StorageView, @Ctx() context: Context): Promise<StorageDayView[]> {
    return this.#loader(context).load(storage.accountId);
  }

  @FieldResolver(() => Int, {
    nullable: true,
    description:
      'Until the quota is reached if usage grows on as in the last two weeks; null when it does not, or not within a year.',
  })
  async daysUntilFull(
    @Root() storage: StorageView,
    @Ctx() context: Context,
  ): Promise<number | null> {
    return daysUntilFull(await this.#loader(context).load(storage.accountId), storage.quotaBytes);
  }

  #loader({ loaders }: Context): DataLoader<string, StorageDay[]> {
    const known = loaders.get(StorageResolver) as DataLoader<string, StorageDay[]> | undefined;
    const loader = known ?? new DataLoader<string, StorageDay[]>((ids) => this.past.of(ids));
    loaders.set(StorageResolver, loader);
    return loader;
  }
}
