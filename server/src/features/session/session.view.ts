import { Field, ID, ObjectType, registerEnumType } from 'type-graphql';
import { DateTime } from '../../kernel/schema/scalars.js';
import { AccountView } from '../account/account.view.js';
import type { Account } from '../account/account.entity.js';

export const SignInMethodEnum = {
  PASSWORD: 'PASSWORD',
  PASSWORD_TOTP: 'PASSWORD_TOTP',
  PASSWORD_RECOVERY_CODE: 'PASSWORD_RECOVERY_CODE',
  PASSKEY: 'PASSKEY',
  SETUP: 'SETUP',
} as const;
registerEnumType(SignInMethodEnum, { name: 'SignInMethod' });

@ObjectType('Session')
export class SessionView {
  @Field(() => ID)
  id!: string;

  @Field(() => String, { nullable: true })
  browser!: string | null;

  @Field(() => String, { nullable: true })
  os!: string | null;

  @Field(() => String, { nullable: true })
  device!: string | null;

  @Field(() => String)
  ipAddress!: string;

  @Field(() => String, { nullable: true })
  country!: string | null;

  @Field(() => DateTime)
  createdAt!: Date;

  @Field(() => DateTime)
  lastActiveAt!: Date;

  @Field(() => DateTime)
  expiresAt!: Date;

  @Field(() => Boolean)
  current!: boolean;

  @Field(() => SignInMethodEnum)
  method!: keyof typeof SignInMethodEnum;
}

@ObjectType('SignedIn', { description: 'The session cookie is set by the same response.' })
export class SignedInView {
  @Field(() => AccountView)
  account!: Account;
}
