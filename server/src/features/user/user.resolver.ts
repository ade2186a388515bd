import DataLoader from 'dataloader';
import { Arg, Ctx, FieldResolver, ID, Int, Mutation, Resolver, Root } from 'type-graphql';
import { Access } from '../../kernel/access/access.js';
import type { Context } from '../../kernel/access/context.js';
import { Role } from '../../kernel/schema/enums.js';
import { Countries } from '../country/countries.js';
import { AdminView } from '../permission/admin.view.js';
import { sessionViewOf } from '../session/session.mapper.js';
import { SessionView } from '../session/session.view.js';
import { UserCreation } from './user-creation.js';
import { CreateUserInput, UserConnectionView, UserSortEnum, UserView } from './user.view.js';
import { Users } from './users.js';
import type { UserSession } from './users.js';

/** The part of Admin that is about users. */
@Resolver(() => AdminView)
export class UserAdminResolver {
  constructor(
    private readonly useCases: Users,
    private readonly creation: UserCreation,
  ) {}

  @Access({ scope: 'ADMIN', permission: 'admin.users' })
  @FieldResolver(() => UserConnectionView, { description: 'Permission admin.users.' })
  async users(
    @Ctx() { viewer }: Context,
    @Arg('first', () => Int, { defaultValue: 20 }) first: number,
    @Arg('after', () => String, { nullable: true }) after: string | null,
    @Arg('search', () => String, { nullable: true }) search: string | null,
    @Arg('role', () => Role, { nullable: true }) role: keyof typeof Role | null,
    @Arg('disabled', () => Boolean, { nullable: true }) disabled: boolean | null,
    @Arg('sort', () => UserSortEnum, { defaultValue: UserSortEnum.USERNAME })
    sort: keyof typeof UserSortEnum,
  ): Promise<UserConnectionView> {
    const filter = { search, role, disabled };
    return { ...(await this.useCases.list(viewer, filter, { first, after, sort })), filter };
  }

  @Access({ scope: 'ADMIN', permission: 'admin.users' })
  @FieldResolver(() => UserView, { nullable: true, description: 'Permission admin.users.' })
  user(
    @Ctx() { viewer }: Context,
    @Arg('id', () => ID, { nullable: true }) id: string | null,
    @Arg('username', () => String, { nullable: true }) username: string | null,
  ): Promise<UserView | null> {
    return this.useCases.find(viewer, { id, username });
  }

  @Access({ permission: 'admin.users' })
  @Mutation(() => UserView, {
    description:
      '`password` makes a one-time password; without it the user gets a link (seven days, once) to choose one.',
  })
  createUser(
    @Ctx() { viewer }: Context,
    @Arg('input', () => CreateUserInput) input: CreateUserInput,
  ): Promise<UserView> {
    return this.creation.create(viewer, input);
  }
}

@Resolver(() => UserConnectionView)
export class UserConnectionResolver {
  constructor(private readonly useCases: Users) {}

  @FieldResolver(() => Int)
  totalCount(@Root() { filter }: UserConnectionView, @Ctx() { viewer }: Context): Promise<number> {
    return this.useCases.count(viewer, filter);
  }
}

@Resolver(() => UserView)
export class UserResolver {
  constructor(
    private readonly useCases: Users,
    private readonly countries: Countries,
  ) {}

  @FieldResolver(() => Int)
  async sessionCount(@Root() user: UserView, @Ctx() context: Context): Promise<number> {
    return (await this.#loader(context).load(user.id)).length;
  }

  @Access({})
  @FieldResolver(() => [SessionView])
  async sessions(@Root() user: UserView, @Ctx() context: Context): Promise<SessionView[]> {
    const open = await this.#loader(context).load(user.id);
    return open.map(({ session, endsAt }) =>
      sessionViewOf(session, endsAt, context.viewer, this.countries),
    );
  }

  /** One statement for all users of an operation. */
  #loader({ loaders, viewer }: Context): DataLoader<string, UserSession[]> {
    const known = loaders.get(UserResolver) as DataLoader<string, UserSession[]> | undefined;
    if (known) return known;
    const loader = new DataLoader<string, UserSession[]>((ids) =>
      this.useCases.sessionsOf(viewer, ids),
    );
    loaders.set(UserResolver, loader);
    return loader;
  }
}
