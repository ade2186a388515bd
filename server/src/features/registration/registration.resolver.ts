import { Arg, Ctx, Extensions, Mutation, Resolver } from 'type-graphql';
import { Access } from '../../kernel/access/access.js';
import type { Context } from '../../kernel/access/context.js';
import { EmailAddress } from '../../kernel/schema/scalars.js';
import { EmailVerifications } from './email-verifications.js';
import { RegisterInput } from './registration.view.js';
import { Registrations } from './registrations.js';

@Resolver()
export class RegistrationResolver {
  constructor(
    private readonly registrations: Registrations,
    private readonly verifications: EmailVerifications,
  ) {}

  @Extensions({ credentialCheck: true })
  @Access({ anonymous: true })
  @Mutation(() => Boolean, {
    description:
      'Sends a verification e-mail. The answer is the same whether or not the e-mail is taken.',
  })
  async register(
    @Ctx() { viewer }: Context,
    @Arg('input', () => RegisterInput) input: RegisterInput,
  ): Promise<boolean> {
    await this.registrations.register(viewer, input);
    return true;
  }

  @Extensions({ credentialCheck: true })
  @Access({ anonymous: true, restricted: true })
  @Mutation(() => Boolean, {
    description:
      'Completes registration or an e-mail change; the token comes from the e-mailed link.',
  })
  async verifyEmail(
    @Ctx() { viewer }: Context,
    @Arg('token', () => String) token: string,
  ): Promise<boolean> {
    await this.verifications.verify(viewer, token);
    return true;
  }

  @Extensions({ credentialCheck: true })
  @Access({ anonymous: true, restricted: true })
  @Mutation(() => Boolean, {
    description:
      'Sends the waiting registration, e-mail change or first verification of this address again. Always true, as requestPasswordReset.',
  })
  async resendVerification(
    @Ctx() { viewer }: Context,
    @Arg('email', () => EmailAddress) email: string,
  ): Promise<boolean> {
    await this.verifications.resend(viewer, email);
    return true;
  }
}
