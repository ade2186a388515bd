import { Field, ID, InputType, ObjectType } from 'type-graphql';
import { Access } from '../../kernel/access/access.js';
import { ScopeEnum } from '../../kernel/schema/enums.js';
import { DateTime } from '../../kernel/schema/scalars.js';
import type { Scope } from '../../kernel/access/viewer.js';

@ObjectType('AccessToken')
export class AccessTokenView {
  @Field(() => ID)
  id!: string;

  @Field(() => String)
  name!: string;

  @Field(() => String)
  prefix!: string;

  @Field(() => [ScopeEnum])
  scopes!: Scope[];

  @Field(() => DateTime)
  createdAt!: Date;

  @Field(() => DateTime, { nullable: true })
  lastUsedAt?: Date | null;

  @Field(() => String, { nullable: true })
  lastUsedIp?: string | null;

  @Field(() => DateTime, { nullable: true })
  expiresAt?: Date | null;
}

/** Its fields are read when they are asked for. What leads to it asks for the scope. */
@Access({ scope: 'ANY' })
@ObjectType('ApiAccess')
export class ApiAccessView {
  accountId!: string;
}

@ObjectType('NewAccessToken', { description: 'Shown once: `secret` cannot be read again.' })
export class NewAccessTokenView {
  @Field(() => AccessTokenView)
  accessToken!: AccessTokenView;

  @Field(() => String)
  secret!: string;
}

@InputType()
export class CreateAccessTokenInput {
  @Field(() => String)
  name!: string;

  @Field(() => [ScopeEnum])
  scopes!: Scope[];

  @Field(() => DateTime, { nullable: true })
  expiresAt?: Date | null;
}
