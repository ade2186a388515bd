import { Arg, Ctx, Extensions, FieldResolver, Mutation, Resolver, Root } from 'type-graphql';
import { Access } from '../../kernel/access/access.js';
import type { Context } from '../../kernel/access/context.js';
import { EmailAddress } from '../../kernel/schema/scalars.js';
import { SecurityView } from '../account/account.view.js';
import { SecondaryEmailView } from './secondary-email.view.js';
import { SecondaryEmails } from './secondary-emails.js';

@Resolver(() => SecurityView)
export class SecondaryEmailResolver {
  constructor(private readonly useCases: SecondaryEmails) {}

  @Access({ scope: 'ACCOUNT_READ' })
  @FieldResolver(() => SecondaryEmailView, { nullable: true })
  secondaryEmail(@Root() security: SecurityView): Promise<SecondaryEmailView | null> {
    return this.useCases.find(security.accountId);
  }

  @Access({})
  @Mutation(() => SecurityView, {
    description: 'Mails a link; the address receives alerts only once it is verified.',
  })
  async addSecondaryEmail(
    @Ctx() { viewer }: Context,
    @Arg('email', () => EmailAddress) email: string,
  ): Promise<SecurityView> {
    await this.useCases.add(viewer, email);
    return { accountId: viewer.accountId! };
  }

  @Extensions({ credentialCheck: true })
  @Access({ anonymous: true, restricted: true })
  @Mutation(() => Boolean)
  async verifySecondaryEmail(
    @Ctx() { viewer }: Context,
    @Arg('token', () => String) token: string,
  ): Promise<boolean> {
    await this.useCases.verify(viewer, token);
    return true;
  }

  @Access({})
  @Mutation(() => SecurityView)
  async removeSecondaryEmail(@Ctx() { viewer }: Context): Promise<SecurityView> {
    await this.useCases.remove(viewer);
    return { accountId: viewer.accountId! };
  }
}
