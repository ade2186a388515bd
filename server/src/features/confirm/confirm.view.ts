import { Field, InputType, ObjectType } from 'type-graphql';
import { DateTime } from '../../kernel/schema/scalars.js';
import { PasskeyAnswerInput } from '../passkey/passkey.view.js';

@InputType()
export class ConfirmIdentityInput {
  @Field(() => String, { nullable: true })
  password?: string | null;

  @Field(() => String, { nullable: true })
  totpCode?: string | null;

  @Field(() => PasskeyAnswerInput, { nullable: true })
  passkey?: PasskeyAnswerInput | null;
}

@ObjectType('IdentityConfirmation')
export class IdentityConfirmationView {
  @Field(() => DateTime)
  confirmedUntil!: Date;
}
