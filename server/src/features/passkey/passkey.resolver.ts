import { Arg, Ctx, FieldResolver, ID, Mutation, Resolver, Root } from 'type-graphql';
import { Access } from '../../kernel/access/access.js';
import type { Context } from '../../kernel/access/context.js';
import { JsonValue } from '../../kernel/json.js';
import { SecurityView } from '../account/account.view.js';
import { SiteView } from '../site/site.view.js';
import { authenticatorName } from './authenticators.js';
import { PasskeyProofs } from './passkey-proofs.js';
import { PasskeyCeremonyView, PasskeyView } from './passkey.view.js';
import { Passkeys } from './passkeys.js';
import { UserHandles } from './user-handles.js';
import { WebAuthn } from './web-authn.js';

@Resolver(() => SecurityView)
export class PasskeySecurityResolver {
  constructor(
    private readonly useCases: Passkeys,
    private readonly proofs: PasskeyProofs,
    private readonly handles: UserHandles,
  ) {}

  @Access({ scope: 'ACCOUNT_READ', restricted: 'TWO_FACTOR_REQUIRED' })
  @FieldResolver(() => [PasskeyView])
  passkeys(@Root() security: SecurityView): Promise<PasskeyView[]> {
    return this.useCases.list(security.accountId);
  }

  @Access({ restricted: 'TWO_FACTOR_REQUIRED' })
  @FieldResolver(() => String, {
    nullable: true,
    description:
      'What authenticators know the account by, in base64url: for the WebAuthn Signal API. Null before the first registration was begun.',
  })
  passkeyUserHandle(@Root() security: SecurityView): Promise<string | null> {
    return this.handles.find(security.accountId);
  }

  @Access({ restricted: 'TWO_FACTOR_REQUIRED' })
  @Mutation(() => PasskeyCeremonyView)
  startPasskeyRegistration(@Ctx() { viewer, reply }: Context): Promise<PasskeyCeremonyView> {
    return this.useCases.startRegistration(viewer, reply.browser());
  }

  @Access({ restricted: 'TWO_FACTOR_REQUIRED' })
  @Mutation(() => PasskeyView, {
    description: 'Without a name it is named after its authenticator’s model.',
  })
  finishPasskeyRegistration(
    @Ctx() { viewer, reply }: Context,
    @Arg('ceremonyId', () => ID) ceremonyId: string,
    @Arg('name', () => String, { nullable: true }) name: string | null,
    @Arg('response', () => JsonValue) response: unknown,
  ): Promise<PasskeyView> {
    const answer = { ceremonyId, response, browser: reply.browser() };
    return this.useCases.finishRegistration(viewer, answer, name);
  }

  @Access({})
  @Mutation(() => PasskeyView)
  renamePasskey(
    @Ctx() { viewer }: Context,
    @Arg('id', () => ID) id: string,
    @Arg('name', () => String) name: string,
  ): Promise<PasskeyView> {
    return this.useCases.rename(viewer, id, name);
  }

  @Access({})
  @Mutation(() => SecurityView)
  async removePasskey(
    @Ctx() { viewer }: Context,
    @Arg('id', () => ID) id: string,
  ): Promise<SecurityView> {
    await this.useCases.remove(viewer, id);
    return { accountId: viewer.accountId! };
  }

  @Access({ restricted: 'TWO_FACTOR_REQUIRED' })
  @Mutation(() => PasskeyCeremonyView, {
    description: 'For confirmIdentity, with the passkeys of this account alone.',
  })
  startPasskeyConfirmation(@Ctx() { viewer, reply }: Context): Promise<PasskeyCeremonyView> {
    return this.proofs.startConfirmation(viewer, reply.browser());
  }
}

@Resolver(() => PasskeyView)
export class PasskeyResolver {
  @FieldResolver(() => String, {
    nullable: true,
    description: 'Name of the authenticator model, from its AAGUID, where known.',
  })
  authenticator(@Root() passkey: PasskeyView): string | null {
    return authenticatorName(passkey.aaguid);
  }
}

@Resolver(() => SiteView)
export class PasskeySiteResolver {
  constructor(private readonly webAuthn: WebAuthn) {}

  @Access({ anonymous: true, scope: 'ANY', restricted: true })
  @FieldResolver(() => String, {
    description:
      'The host that passkeys of this site belong to (WebAuthn’s RP id): pages on it or below it can use them, others cannot.',
  })
  passkeyHost(): string {
    return this.webAuthn.rpId;
  }
}
