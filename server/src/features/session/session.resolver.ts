import { Arg, Ctx, FieldResolver, ID, Mutation, Resolver, Root } from 'type-graphql';
import { Access } from '../../kernel/access/access.js';
import type { Context } from '../../kernel/access/context.js';
import { DateTime } from '../../kernel/schema/scalars.js';
import { SecurityView } from '../account/account.view.js';
import { Countries } from '../country/countries.js';
import { sessionViewOf } from './session.mapper.js';
import { SessionView } from './session.view.js';
import { Sessions } from './sessions.js';

@Resolver(() => SecurityView)
export class SessionResolver {
  constructor(
    private readonly useCases: Sessions,
    private readonly countries: Countries,
  ) {}

  @Access({})
  @FieldResolver(() => [SessionView])
  async sessions(
    @Root() security: SecurityView,
    @Ctx() { viewer }: Context,
  ): Promise<SessionView[]> {
    const list = await this.useCases.list(security.accountId, viewer);
    return list.map(({ session, endsAt }) =>
      sessionViewOf(session, endsAt, viewer, this.countries),
    );
  }

  @Access({ restricted: 'TWO_FACTOR_REQUIRED' })
  @FieldResolver(() => DateTime, { nullable: true })
  confirmedUntil(@Ctx() { viewer }: Context): Date | null {
    return viewer.confirmedUntil;
  }

  @Access({})
  @Mutation(() => SecurityView)
  async revokeSession(
    @Ctx() { viewer }: Context,
    @Arg('id', () => ID) id: string,
  ): Promise<SecurityView> {
    await this.useCases.revoke(viewer, id);
    return { accountId: viewer.accountId! };
  }

  @Access({})
  @Mutation(() => SecurityView)
  async revokeOtherSessions(@Ctx() { viewer }: Context): Promise<SecurityView> {
    await this.useCases.revokeOthers(viewer);
    return { accountId: viewer.accountId! };
  }

  @Access({ anonymous: true, restricted: true })
  @Mutation(() => Boolean)
  async signOut(@Ctx() { viewer, reply }: Context): Promise<boolean> {
    await this.useCases.signOut(viewer);
    reply.clearSession();
    return true;
  }
}
