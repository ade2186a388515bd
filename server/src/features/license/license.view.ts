import { Field, ID, ObjectType } from 'type-graphql';
import { DateTime } from '../../kernel/schema/scalars.js';

@ObjectType('ApiKey')
export class ApiKeyView {
  @Field(() => ID)
  id!: string;

  @Field(() => String)
  label!: string;

  @Field(() => String)
  prefix!: string;

  @Field(() => DateTime)
  createdAt!: Date;

  @Field(() => DateTime, { nullable: true })
  rotatedAt?: Date | null;

  @Field(() => DateTime, { nullable: true })
  lastUsedAt?: Date | null;
}

@ObjectType('License')
export class LicenseView {
  @Field(() => ID)
  id!: string;

  @Field(() => String)
  product!: string;

  @Field(() => DateTime)
  issuedAt!: Date;
}

@ObjectType('LicenseCheck')
export class LicenseCheckView {
  @Field(() => ID)
  id!: string;

  @Field(() => String)
  product!: string;

  @Field(() => Boolean)
  active!: boolean;

  @Field(() => DateTime)
  issuedAt!: Date;

  @Field(() => ApiKeyView)
  apiKey!: ApiKeyView;
}

@ObjectType('NewApiKey', { description: 'Shown once: `secret` cannot be read again.' })
export class NewApiKeyView {
  @Field(() => ApiKeyView)
  apiKey!: ApiKeyView;

  @Field(() => String)
  secret!: string;
}
