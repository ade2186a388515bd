import { Field, ID, InputType, ObjectType } from 'type-graphql';
import { Access } from '../../kernel/access/access.js';
import { JsonValue } from '../../kernel/json.js';
import { DateTime } from '../../kernel/schema/scalars.js';

@ObjectType('PasskeyCeremony', {
  description: '`options` goes to navigator.credentials (JSON form of WebAuthn level 3).',
})
export class PasskeyCeremonyView {
  @Field(() => ID)
  id!: string;

  @Field(() => JsonValue)
  options!: object;

  @Field(() => DateTime)
  expiresAt!: Date;
}

/** Its fields are read when they are asked for. What leads to it asks for the scope. */
@Access({ scope: 'ANY', restricted: 'TWO_FACTOR_REQUIRED' })
@ObjectType('Passkey')
export class PasskeyView {
  @Field(() => ID)
  id!: string;

  @Field(() => String)
  name!: string;

  @Field(() => DateTime)
  createdAt!: Date;

  @Field(() => DateTime, { nullable: true })
  lastUsedAt?: Date | null;

  @Field(() => Boolean)
  backedUp!: boolean;

  @Field(() => [String])
  transports!: string[];

  @Access({ restricted: 'TWO_FACTOR_REQUIRED' })
  @Field(() => String, {
    description: 'What its authenticator calls it, in base64url: for the WebAuthn Signal API.',
  })
  credentialId!: string;

  aaguid!: string;
}

@InputType()
export class PasskeyAnswerInput {
  @Field(() => ID)
  ceremonyId!: string;

  @Field(() => JsonValue)
  response!: unknown;
}
