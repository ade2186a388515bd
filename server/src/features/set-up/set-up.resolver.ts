import { Arg, Ctx, Extensions, Mutation, Resolver } from 'type-graphql';
import { Access } from '../../kernel/access/access.js';
import type { Context } from '../../kernel/access/context.js';
import { SignedInView } from '../session/session.view.js';
import { SetUpSiteInput } from './set-up.view.js';
import { SiteSetUp } from './site-set-up.js';

@Resolver()
export class SetUpResolver {
  constructor(private readonly siteSetUp: SiteSetUp) {}

  @Extensions({ credentialCheck: true })
  @Access({ anonymous: true })
  @Mutation(() => SignedInView, {
    description:
      'First run only: creates the first administrator with the one-time token the server printed; signs in.',
  })
  async setUpSite(
    @Ctx() { viewer, reply }: Context,
    @Arg('input', () => SetUpSiteInput) input: SetUpSiteInput,
  ): Promise<SignedInView> {
    const { account, secret, maxAge } = await this.siteSetUp.setUp(viewer, input);
    await reply.setSession(secret, maxAge);
    return { account };
  }
}
