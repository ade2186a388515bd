import { Arg, Ctx, Extensions, Mutation, Resolver } from 'type-graphql';
import { Access } from '../../kernel/access/access.js';
import type { Context } from '../../kernel/access/context.js';
import { EmailAddress } from '../../kernel/schema/scalars.js';
import { Recoveries } from './recoveries.js';
import { ResetRequests } from './reset-requests.js';

@Resolver()
export class RecoveryResolver {
  constructor(
    private readonly recoveries: Recoveries,
    private readonly requests: ResetRequests,
  ) {}

  @Extensions({ credentialCheck: true })
  @Access({ anonymous: true, restricted: true })
  @Mutation(() => Boolean, {
    description: 'Always true, always equally fast, whether or not the address is known.',
  })
  async requestPasswordReset(
    @Ctx() { viewer }: Context,
    @Arg('email', () => EmailAddress) email: string,
  ): Promise<boolean> {
    await this.requests.request(viewer, email);
    return true;
  }

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
