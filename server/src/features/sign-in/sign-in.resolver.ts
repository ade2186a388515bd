import { Arg, Ctx, Extensions, Mutation, Resolver } from 'type-graphql';
import { Access } from '../../kernel/access/access.js';
import type { Context } from '../../kernel/access/context.js';
import { SignedInView } from '../session/session.view.js';
import { SecondSteps } from './second-steps.js';
import { CompleteSignInInput, SignInInput, SignInResult } from './sign-in.view.js';
import type { SecondFactorRequiredView } from './sign-in.view.js';
import { SignIns } from './sign-ins.js';

@Resolver()
export class SignInResolver {
  constructor(
    private readonly signIns: SignIns,
    private readonly secondSteps: SecondSteps,
  ) {}

  @Extensions({ credentialCheck: true })
  @Access({ anonymous: true, restricted: true })
  @Mutation(() => SignInResult)
  async signIn(
    @Ctx() { viewer, reply }: Context,
    @Arg('input', () => SignInInput) input: SignInInput,
  ): Promise<SignedInView | SecondFactorRequiredView> {
    const entered = await this.signIns.signIn(viewer, input);
    if ('passwordHash' in entered) return this.secondSteps.begin(entered, reply.browser());
    await reply.setSession(entered.secret, entered.maxAge);
    return { account: entered.account };
  }

  @Extensions({ credentialCheck: true })
  @Access({ anonymous: true, restricted: true })
  @Mutation(() => SignedInView, {
    description: 'Second step of a sign-in: a TOTP code or a recovery code.',
  })
  async completeSignIn(
    @Ctx() { viewer, reply }: Context,
    @Arg('input', () => CompleteSignInInput) input: CompleteSignInInput,
  ): Promise<SignedInView> {
    const opened = await this.secondSteps.complete(viewer, input, reply.browser());
    await reply.setSession(opened.secret, opened.maxAge);
    return { account: opened.account };
  }
}
