import { Arg, Ctx, Extensions, Mutation, Resolver } from 'type-graphql';
import { Access } from '../../kernel/access.js';
import type { Context } from '../../kernel/context.js';
import { Recoveries } from './recoveries.js';

@Resolver()
export class RecoveryResolver {
  constructor(private readonly recoveries: Recoveries) {}

  @Extensions({ credentialCheck: true })
  @Access({ anonymous: true, restricted: true })
  @Mutation(() => Boolean, {
    description:
      'Ends every session. Does not switch two-factor authentication off and does not sign in.',
  })
  async resetPassword(
    @Ctx() { viewer }: Context,
    @Arg('token', () => String) token: string,
    @Arg('newPassword', () => String) newPassword: string,
  ): Promise<boolean> {
    await this.recoveries.resetPassword(viewer, token, newPassword);
    return true;
  }
}
