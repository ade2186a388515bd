import { Field, Int, ObjectType, registerEnumType } from 'type-graphql';
import { Channel, Locale } from '../../kernel/schema/enums.js';

export const RegistrationMode = {
  OPEN: 'OPEN',
  INVITE_ONLY: 'INVITE_ONLY',
  CLOSED: 'CLOSED',
} as const;
registerEnumType(RegistrationMode, { name: 'RegistrationMode' });

@ObjectType('PasswordPolicy')
export class PasswordPolicyView {
  @Field(() => Int)
  minLength!: number;

  @Field(() => Int)
  maxLength!: number;

  @Field(() => Boolean)
  requireUppercase!: boolean;

  @Field(() => Boolean)
  requireLowercase!: boolean;

  @Field(() => Boolean)
  requireDigit!: boolean;

  @Field(() => Boolean)
  requireSymbol!: boolean;

  @Field(() => Boolean, {
    description:
      'Refuses the most common passwords and those built from the username, e-mail or site name.',
  })
  refuseCommon!: boolean;
}

@ObjectType('Site')
export class SiteView {
  @Field(() => String)
  name!: string;

  @Field(() => Boolean)
  needsSetUp!: boolean;

  @Field(() => RegistrationMode)
  registration!: keyof typeof RegistrationMode;

  @Field(() => PasswordPolicyView)
  passwordPolicy!: PasswordPolicyView;

  @Field(() => [Locale])
  locales!: (keyof typeof Locale)[];

  @Field(() => [Channel], { description: 'Channels the site has a provider for.' })
  channels!: (keyof typeof Channel)[];

  @Field(() => String, {
    nullable: true,
    description:
      'Where to ask for help, as the operator wrote it: an address, a number, a Discord invitation.',
  })
  supportContact!: string | null;

  @Field(() => String)
  version!: string;
}
