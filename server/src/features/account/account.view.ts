import { Field, ID, InputType, ObjectType } from 'type-graphql';
import { Access } from '../../kernel/access/access.js';
import { Locale, Role } from '../../kernel/schema/enums.js';
import { DateTime, EmailAddress, TimeZone } from '../../kernel/schema/scalars.js';

@Access({ scope: 'ACCOUNT_READ' })
@ObjectType('Account')
export class AccountView {
  @Access({ scope: 'ANY', restricted: true })
  @Field(() => ID)
  id!: string;

  @Access({ scope: 'ANY', restricted: true })
  @Field(() => String, { description: 'Set at creation, never changes.' })
  username!: string;

  @Field(() => EmailAddress)
  email!: string;

  @Field(() => Boolean)
  emailVerified!: boolean;

  @Field(() => String, { nullable: true })
  displayName!: string | null;

  @Access({ scope: 'ANY', restricted: true })
  @Field(() => Locale)
  locale!: keyof typeof Locale;

  @Field(() => TimeZone)
  timeZone!: string;

  @Field(() => Role)
  role!: keyof typeof Role;

  @Field(() => [String])
  permissions!: string[];

  @Field(() => DateTime)
  createdAt!: Date;
}

/** Carries nothing itself: rooms that know about security add their fields to it. */
@Access({ scope: 'ACCOUNT_READ' })
@ObjectType('Security')
export class SecurityView {
  accountId!: string;
}

@InputType()
export class UpdateProfileInput {
  @Field(() => String, { nullable: true })
  displayName?: string | null;
}

@InputType()
export class UpdatePreferencesInput {
  @Field(() => Locale, { nullable: true })
  locale?: keyof typeof Locale | null;

  @Field(() => TimeZone, { nullable: true })
  timeZone?: string | null;
}
