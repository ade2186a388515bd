import { Field, InputType, Int, ObjectType, registerEnumType } from 'type-graphql';
import { PasswordPolicyView, RegistrationMode } from '../site/site.view.js';

const NewSignInRule = {
  NETWORK_AND_COUNTRY: 'NETWORK_AND_COUNTRY',
  NETWORK_OR_COUNTRY: 'NETWORK_OR_COUNTRY',
} as const;
registerEnumType(NewSignInRule, {
  name: 'NewSignInRule',
  description:
    'When a sign-in counts as new: both the network and the country are unseen in the last 50 successful sign-ins, or either is. Without country data the network alone decides.',
});

@ObjectType('Policy')
export class PolicyView {
  @Field(() => RegistrationMode)
  registration!: keyof typeof RegistrationMode;

  @Field(() => PasswordPolicyView)
  password!: PasswordPolicyView;

  @Field(() => Int)
  failedSignInThreshold!: number;

  @Field(() => Int)
  failedSignInWindowMinutes!: number;

  @Field(() => NewSignInRule)
  newSignInRule!: keyof typeof NewSignInRule;

  @Field(() => Int)
  sessionIdleDays!: number;

  @Field(() => Int)
  sessionDays!: number;

  @Field(() => Boolean)
  requireTwoFactorForAdmins!: boolean;
}

@InputType()
export class PolicyInput {
  @Field(() => RegistrationMode, { nullable: true })
  registration?: keyof typeof RegistrationMode | null;

  @Field(() => Int, { nullable: true })
  minLength?: number | null;

  @Field(() => Boolean, { nullable: true })
  requireUppercase?: boolean | null;

  @Field(() => Boolean, { nullable: true })
  requireLowercase?: boolean | null;

  @Field(() => Boolean, { nullable: true })
  requireDigit?: boolean | null;

  @Field(() => Boolean, { nullable: true })
  requireSymbol?: boolean | null;

  @Field(() => Boolean, { nullable: true })
  refuseCommon?: boolean | null;

  @Field(() => Int, { nullable: true })
  failedSignInThreshold?: number | null;

  @Field(() => Int, { nullable: true })
  failedSignInWindowMinutes?: number | null;

  @Field(() => NewSignInRule, { nullable: true })
  newSignInRule?: keyof typeof NewSignInRule | null;

  @Field(() => Int, { nullable: true })
  sessionIdleDays?: number | null;

  @Field(() => Int, { nullable: true })
  sessionDays?: number | null;

  @Field(() => Boolean, { nullable: true })
  requireTwoFactorForAdmins?: boolean | null;
}
