import { Arg, Ctx, FieldResolver, Mutation, Resolver } from 'type-graphql';
import { Access } from '../../kernel/access/access.js';
import type { Context } from '../../kernel/access/context.js';
import { AdminView } from '../permission/admin.view.js';
import { maxPasswordLength } from '../site/sites.js';
import { Policies } from './policies.js';
import type { PolicyValues } from './policy-rules.js';
import { PolicyInput, PolicyView } from './policy.view.js';

/** The part of Admin that is what holds for the whole site. */
@Resolver(() => AdminView)
export class PolicyResolver {
  constructor(private readonly policies: Policies) {}

  @Access({ scope: 'ADMIN', permission: 'admin.policy' })
  @FieldResolver(() => PolicyView, { description: 'Permission admin.policy.' })
  async policy(@Ctx() { viewer }: Context): Promise<PolicyView> {
    return viewOf(await this.policies.get(viewer));
  }

  @Access({ permission: 'admin.policy' })
  @Mutation(() => PolicyView, { description: 'Permission admin.policy.' })
  async updatePolicy(
    @Ctx() { viewer }: Context,
    @Arg('input', () => PolicyInput) input: PolicyInput,
  ): Promise<PolicyView> {
    return viewOf(await this.policies.update(viewer, input));
  }
}

const viewOf = (values: PolicyValues): PolicyView => ({
  ...values,
  password: { ...values, maxLength: maxPasswordLength },
});
