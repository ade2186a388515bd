import { Arg, Ctx, Extensions, Mutation, Resolver } from 'type-graphql';
import { Access } from '../../kernel/access.js';
import type { Context } from '../../kernel/context.js';
import type { SignedInView } from '../session/session.view.js';
import { SignInInput, SignInResult } from './sign-in.view.js';
import { SignIns } from './sign-ins.js';

@Resolver()
export class SignInResolver {
  constructor(private readonly signIns: SignIns) {}

  @Extensions({ credentialCheck: true })
  @Access({ anonymous: true, restricted: true })
  @Mutation(() => SignInResult)
  async signIn(
    @Ctx() { viewer, reply }: Context,
    @Arg('input', () => SignInInput) input: SignInInput,
  ): Promise<SignedInView> {
    const { account, secret, maxAge } = await this.signIns.signIn(viewer, input);
    await reply.setSession(secret, maxAge);
    return { account };
  }
}
