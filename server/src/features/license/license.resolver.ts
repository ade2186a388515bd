import DataLoader from 'dataloader';
import { Arg, Ctx, FieldResolver, ID, Mutation, Query, Resolver, Root } from 'type-graphql';
import { Access } from '../../kernel/access/access.js';
import type { Context } from '../../kernel/access/context.js';
import type { Account } from '../account/account.entity.js';
import { AccountView } from '../account/account.view.js';
import { UserView } from '../user/user.view.js';
import { ApiKeys } from './api-keys.js';
import type { ApiKey, License } from './license.entity.js';
import { LicenseChecks } from './license-checks.js';
import { ApiKeyView, LicenseCheckView, LicenseView, NewApiKeyView } from './license.view.js';
import { Licenses } from './licenses.js';

/** Issuing, keys, and the one question that a key may ask. */
@Resolver()
export class LicensingResolver {
  constructor(
    private readonly licenses: Licenses,
    private readonly keys: ApiKeys,
    private readonly checks: LicenseChecks,
  ) {}

  @Access({ anonymous: true, scope: 'ANY', apiKey: true })
  @Query(() => LicenseCheckView, {
    nullable: true,
    description:
      "For tooling that holds a license's API key (Authorization: Bearer <key>): is it valid, and for which license?",
  })
  license(@Ctx() { viewer }: Context): Promise<LicenseCheckView | null> {
    return this.checks.check(viewer);
  }

  @Access({ scope: 'ADMIN', permission: 'admin.licenses' })
  @Mutation(() => LicenseView, { description: 'Permission admin.licenses.' })
  issueLicense(
    @Ctx() { viewer }: Context,
    @Arg('userId', () => ID) userId: string,
    @Arg('product', () => String) product: string,
  ): Promise<LicenseView> {
    return this.licenses.issue(viewer, userId, product);
  }

  @Access({ scope: 'ADMIN', permission: 'admin.licenses' })
  @Mutation(() => LicenseView)
  revokeLicense(
    @Ctx() { viewer }: Context,
    @Arg('id', () => ID) id: string,
  ): Promise<LicenseView> {
    return this.licenses.revoke(viewer, id);
  }

  @Access({})
  @Mutation(() => NewApiKeyView)
  createApiKey(
    @Ctx() { viewer }: Context,
    @Arg('licenseId', () => ID) licenseId: string,
    @Arg('label', () => String) label: string,
  ): Promise<NewApiKeyView> {
    return this.keys.create(viewer, licenseId, label);
  }

  @Access({})
  @Mutation(() => NewApiKeyView, {
    description: 'The old secret stops working the moment the new one exists.',
  })
  rotateApiKey(
    @Ctx() { viewer }: Context,
    @Arg('id', () => ID) id: string,
  ): Promise<NewApiKeyView> {
    return this.keys.rotate(viewer, id);
  }

  @Access({ scope: 'ACCOUNT_WRITE' })
  @Mutation(() => LicenseView)
  revokeApiKey(@Ctx() { viewer }: Context, @Arg('id', () => ID) id: string): Promise<LicenseView> {
    return this.keys.revoke(viewer, id);
  }
}

@Resolver(() => AccountView)
export class AccountLicenseResolver {
  constructor(private readonly useCases: Licenses) {}

  @Access({ scope: 'ACCOUNT_READ' })
  @FieldResolver(() => [LicenseView])
  async licenses(@Root() account: Account): Promise<LicenseView[]> {
    return (await this.useCases.of([account.id]))[0]!;
  }
}

/** The part of User that is about licenses. */
@Resolver(() => UserView)
export class UserLicenseResolver {
  constructor(private readonly useCases: Licenses) {}

  @FieldResolver(() => [LicenseView])
  licenses(@Root() user: UserView, @Ctx() { loaders }: Context): Promise<LicenseView[]> {
    const known = loaders.get(UserLicenseResolver) as DataLoader<string, License[]> | undefined;
    const loader = known ?? new DataLoader<string, License[]>((ids) => this.useCases.of(ids));
    loaders.set(UserLicenseResolver, loader);
    return loader.load(user.id);
  }
}

@Resolver(() => LicenseView)
export class LicenseResolver {
  constructor(private readonly keys: ApiKeys) {}

  @FieldResolver(() => Boolean)
  active(@Root() license: License): boolean {
    return license.active();
  }

  @FieldResolver(() => [ApiKeyView])
  apiKeys(@Root() license: License, @Ctx() { loaders }: Context): Promise<ApiKeyView[]> {
    const known = loaders.get(LicenseResolver) as DataLoader<string, ApiKey[]> | undefined;
    const loader = known ?? new DataLoader<string, ApiKey[]>((ids) => this.keys.of(ids));
    loaders.set(LicenseResolver, loader);
    // What was changed by this very operation is read anew.
    return loader.clear(license.id).load(license.id);
  }
}
