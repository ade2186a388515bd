import { Arg, Args, ArgsType, Ctx, Field, FieldResolver, Int, Resolver } from 'type-graphql';
import { Access } from '../../kernel/access/access.js';
import type { Context } from '../../kernel/access/context.js';
import { DateTime } from '../../kernel/schema/scalars.js';
import { AccountView } from '../account/account.view.js';
import { Countries } from '../country/countries.js';
import { AdminView } from '../permission/admin.view.js';
import { activityViewOf, auditedViewOf } from './audit.mapper.js';
import { ActivityConnectionView, ActivityView } from './audit.view.js';
import { Audits } from './audits.js';

@ArgsType()
class ActivityArgs {
  @Field(() => Int, { defaultValue: 20 })
  first!: number;

  @Field(() => String, { nullable: true })
  after?: string | null;

  @Field(() => String, { nullable: true })
  kind?: string | null;

  @Field(() => String, { nullable: true })
  search?: string | null;

  @Field(() => DateTime, { nullable: true })
  from?: Date | null;

  @Field(() => DateTime, { nullable: true })
  to?: Date | null;
}

@ArgsType()
class AllActivityArgs extends ActivityArgs {
  @Field(() => String, { nullable: true })
  username?: string | null;
}

/** The part of Account that is what happened to it. */
@Resolver(() => AccountView)
export class ActivityResolver {
  constructor(
    private readonly audits: Audits,
    private readonly countries: Countries,
  ) {}

  @Access({ scope: 'ACCOUNT_READ' })
  @FieldResolver(() => ActivityConnectionView, {
    description:
      'Everything security-relevant that happened, newest first, alerts that were switched off included. `kind` is one such as `passkey.added`, or all of `passkey`; `search` is words that all occur; a sign-in from somewhere new, by the rule of the site at that time, has `newNetwork` in its details.',
  })
  async activity(
    @Ctx() { viewer }: Context,
    @Args(() => ActivityArgs) args: ActivityArgs,
  ): Promise<ActivityConnectionView> {
    const { nodes, pageInfo } = await this.audits.own(viewer, args, args);
    return { nodes: nodes.map((row) => activityViewOf(row, this.countries)), pageInfo };
  }

  @Access({ scope: 'ACCOUNT_READ' })
  @FieldResolver(() => ActivityView, {
    nullable: true,
    description: 'Is this mail really from here? Null when this account has no such reference.',
  })
  async activityByReference(
    @Ctx() { viewer }: Context,
    @Arg('reference', () => String) reference: string,
  ): Promise<ActivityView | null> {
    const row = await this.audits.ownByReference(viewer, reference);
    return row && activityViewOf(row, this.countries);
  }
}

/** The part of Admin that is what happened to anybody. */
@Resolver(() => AdminView)
export class AuditResolver {
  constructor(
    private readonly audits: Audits,
    private readonly countries: Countries,
  ) {}

  @Access({ scope: 'ADMIN', permission: 'admin.audit' })
  @FieldResolver(() => ActivityConnectionView, {
    description:
      'Permission admin.audit. The details say in `account` whom it happened to; an id stands for an account that was deleted.',
  })
  async activity(
    @Ctx() { viewer }: Context,
    @Args(() => AllActivityArgs) args: AllActivityArgs,
  ): Promise<ActivityConnectionView> {
    const { nodes, pageInfo } = await this.audits.all(viewer, args, args);
    return { nodes: nodes.map((row) => auditedViewOf(row, this.countries)), pageInfo };
  }
}
