import { Field, InputType, ObjectType } from 'type-graphql';
import { DateTime } from '../../kernel/scalars.js';

@InputType()
export class ConfirmIdentityInput {
  @Field(() => String, { nullable: true })
  password?: string | null;

  @Field(() => String, { nullable: true })
  totpCode?: string | null;
}

@ObjectType('IdentityConfirmation')
export class IdentityConfirmationView {
  @Field(() => DateTime)
  confirmedUntil!: Date;
}
