import { Arg, Ctx, Extensions, ID, Mutation, Resolver } from 'type-graphql';
import { Access } from '../../kernel/access/access.js';
import type { Context } from '../../kernel/access/context.js';
import { JsonValue } from '../../kernel/json.js';
import { PasskeyProofs } from '../passkey/passkey-proofs.js';
import { PasskeyCeremonyView } from '../passkey/passkey.view.js';
import { SignedInView } from '../session/session.view.js';
import { PasskeySignIns } from './passkey-sign-ins.js';

@Resolver()
export class PasskeySignInResolver {
  constructor(
    private readonly proofs: PasskeyProofs,
    private readonly signIns: PasskeySignIns,
  ) {}

  @Access({ anonymous: true, restricted: true })
  @Mutation(() => PasskeyCeremonyView, {
    description: 'WebAuthn request options for a passwordless sign-in (discoverable credentials).',
  })
  startPasskeySignIn(@Ctx() { viewer, reply }: Context): Promise<PasskeyCeremonyView> {
    return this.proofs.startSignIn(viewer, reply.browser());
  }

  @Extensions({ credentialCheck: true })
  @Access({ anonymous: true, restricted: true })
  @Mutation(() => SignedInView)
  async finishPasskeySignIn(
    @Ctx() { viewer, reply }: Context,
    @Arg('ceremonyId', () => ID) ceremonyId: string,
    @Arg('response', () => JsonValue) response: unknown,
    @Arg('remember', () => Boolean, { defaultValue: true }) remember: boolean,
  ): Promise<SignedInView> {
    const answer = { ceremonyId, response, browser: reply.browser() };
    const { account, secret, maxAge } = await this.signIns.signIn(viewer, answer, remember);
    await reply.setSession(secret, maxAge);
    return { account };
  }
}
