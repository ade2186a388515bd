import { Arg, Ctx, FieldResolver, ID, Mutation, Resolver, Root } from 'type-graphql';
import { Access } from '../../kernel/access/access.js';
import type { Context } from '../../kernel/access/context.js';
import type { Account } from '../account/account.entity.js';
import { AccountView } from '../account/account.view.js';
import {
  AccessTokenView,
  ApiAccessView,
  CreateAccessTokenInput,
  NewAccessTokenView,
} from './access-token.view.js';
import { AccessTokens } from './access-tokens.js';

/** The part of Account that is about its programs. */
@Resolver(() => AccountView)
export class AccessTokenResolver {
  constructor(private readonly tokens: AccessTokens) {}

  @Access({ scope: 'ACCOUNT_READ' })
  @FieldResolver(() => ApiAccessView)
  apiAccess(@Root() account: Account): ApiAccessView {
    return { accountId: account.id };
  }

  @Access({})
  @Mutation(() => ApiAccessView)
  async setApiAccess(
    @Ctx() { viewer }: Context,
    @Arg('enabled', () => Boolean) enabled: boolean,
  ): Promise<ApiAccessView> {
    await this.tokens.setEnabled(viewer, enabled);
    return { accountId: viewer.accountId! };
  }

  @Access({})
  @Mutation(() => NewAccessTokenView, { description: 'The secret is shown once.' })
  createAccessToken(
    @Ctx() { viewer }: Context,
    @Arg('input', () => CreateAccessTokenInput) input: CreateAccessTokenInput,
  ): Promise<NewAccessTokenView> {
    return this.tokens.create(viewer, input);
  }

  @Access({ scope: 'ACCOUNT_WRITE' })
  @Mutation(() => ApiAccessView)
  async revokeAccessToken(
    @Ctx() { viewer }: Context,
    @Arg('id', () => ID) id: string,
  ): Promise<ApiAccessView> {
    await this.tokens.revoke(viewer, id);
    return { accountId: viewer.accountId! };
  }
}

@Resolver(() => ApiAccessView)
export class ApiAccessResolver {
  constructor(private readonly useCases: AccessTokens) {}

  @FieldResolver(() => Boolean)
  enabled(@Root() access: ApiAccessView): Promise<boolean> {
    return this.useCases.isEnabled(access.accountId);
  }

  @FieldResolver(() => [AccessTokenView])
  tokens(@Root() access: ApiAccessView): Promise<AccessTokenView[]> {
    return this.useCases.list(access.accountId);
  }
}
