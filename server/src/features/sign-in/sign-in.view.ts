import { createUnionType, Field, InputType, ObjectType, registerEnumType } from 'type-graphql';
import { DateTime } from '../../kernel/schema/scalars.js';
import { SignedInView } from '../session/session.view.js';

@InputType({ description: '`login` is the username or the e-mail.' })
export class SignInInput {
  @Field(() => String)
  login!: string;

  @Field(() => String)
  password!: string;

  @Field(() => Boolean, { defaultValue: true })
  remember!: boolean;
}

export const SecondFactorEnum = { TOTP: 'TOTP', RECOVERY_CODE: 'RECOVERY_CODE' } as const;
registerEnumType(SecondFactorEnum, { name: 'SecondFactor' });

@ObjectType('SecondFactorRequired')
export class SecondFactorRequiredView {
  @Field(() => String)
  challenge!: string;

  @Field(() => [SecondFactorEnum])
  methods!: (keyof typeof SecondFactorEnum)[];

  @Field(() => DateTime)
  expiresAt!: Date;
}

@InputType()
export class CompleteSignInInput {
  @Field(() => String)
  challenge!: string;

  @Field(() => String, { nullable: true })
  totpCode?: string | null;

  @Field(() => String, { nullable: true })
  recoveryCode?: string | null;
}

export const SignInResult = createUnionType({
  name: 'SignInResult',
  types: () => [SignedInView, SecondFactorRequiredView] as const,
  resolveType: (value) => ('challenge' in value ? SecondFactorRequiredView : SignedInView),
});
