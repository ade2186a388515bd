import { Arg, Ctx, Extensions, Mutation, Resolver } from 'type-graphql';
import { Access } from '../../kernel/access/access.js';
import type { Context } from '../../kernel/access/context.js';
import { ConfirmIdentityInput, IdentityConfirmationView } from './confirm.view.js';
import { Confirmations } from './confirmations.js';

@Resolver()
export class ConfirmResolver {
  constructor(private readonly confirmations: Confirmations) {}

  @Extensions({ credentialCheck: true })
  @Access({ restricted: 'TWO_FACTOR_REQUIRED' })
  @Mutation(() => IdentityConfirmationView, {
    description:
      'Opens a window for sensitive changes in this session: 10 minutes, renewed by each such change up to 60. A sign-in opens one too. An account with a second factor confirms with it (TOTP or passkey), not with the password alone.',
  })
  async confirmIdentity(
    @Ctx() { viewer, reply }: Context,
    @Arg('input', () => ConfirmIdentityInput) input: ConfirmIdentityInput,
  ): Promise<IdentityConfirmationView> {
    const browser = () => reply.browser();
    const { secret, maxAge, until } = await this.confirmations.confirm(viewer, input, browser);
    await reply.setSession(secret, maxAge);
    return { confirmedUntil: until };
  }
}
