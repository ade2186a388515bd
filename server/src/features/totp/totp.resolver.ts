import { Arg, Ctx, Extensions, FieldResolver, Mutation, Resolver, Root } from 'type-graphql';
import { Access } from '../../kernel/access/access.js';
import type { Context } from '../../kernel/access/context.js';
import { SecurityView } from '../account/account.view.js';
import { RecoveryCodesView } from '../recovery-code/recovery-code.view.js';
import { TotpEnrolments } from './totp-enrolments.js';
import { TotpEnrollmentView } from './totp.view.js';
import { Totps } from './totps.js';

@Resolver(() => SecurityView)
export class TotpResolver {
  constructor(
    private readonly totps: Totps,
    private readonly enrolments: TotpEnrolments,
  ) {}

  @Access({ scope: 'ACCOUNT_READ', restricted: true })
  @FieldResolver(() => Boolean, {
    description:
      'Policy: an administrator who came in by a password alone may do nothing but add a second factor.',
  })
  twoFactorRequired(@Ctx() { viewer }: Context): boolean {
    return viewer.restriction === 'TWO_FACTOR_REQUIRED';
  }

  @Access({ scope: 'ACCOUNT_READ', restricted: 'TWO_FACTOR_REQUIRED' })
  @FieldResolver(() => Boolean)
  totpEnabled(@Root() security: SecurityView): Promise<boolean> {
    return this.totps.isOn(security.accountId);
  }

  @Access({ restricted: 'TWO_FACTOR_REQUIRED' })
  @Mutation(() => TotpEnrollmentView, {
    description:
      'The secret is not in force until confirmTotp. Starting again replaces an unconfirmed secret.',
  })
  startTotp(@Ctx() { viewer }: Context): Promise<TotpEnrollmentView> {
    return this.enrolments.start(viewer);
  }

  @Extensions({ credentialCheck: true })
  @Access({ restricted: 'TWO_FACTOR_REQUIRED' })
  @Mutation(() => RecoveryCodesView, {
    description:
      'Switches two-factor authentication on; returns the ten recovery codes, shown once.',
  })
  async confirmTotp(
    @Ctx() { viewer, reply }: Context,
    @Arg('code', () => String) code: string,
  ): Promise<RecoveryCodesView> {
    const { codes, session } = await this.enrolments.confirm(viewer, code);
    await reply.setSession(session.secret, session.maxAge);
    return { codes };
  }

  @Access({})
  @Mutation(() => SecurityView)
  async disableTotp(@Ctx() { viewer }: Context): Promise<SecurityView> {
    await this.enrolments.disable(viewer);
    return { accountId: viewer.accountId! };
  }

  @Access({})
  @Mutation(() => RecoveryCodesView, { description: 'Replaces all recovery codes.' })
  async regenerateRecoveryCodes(@Ctx() { viewer }: Context): Promise<RecoveryCodesView> {
    return { codes: await this.enrolments.regenerateCodes(viewer) };
  }
}
