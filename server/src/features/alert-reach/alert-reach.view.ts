import { Field, ObjectType } from 'type-graphql';
import { EmailAddress } from '../../kernel/schema/scalars.js';

@ObjectType('UnreachedAddress', {
  description: 'An address of the account that did not take the last security alert.',
})
export class UnreachedAddressView {
  @Field(() => EmailAddress)
  email!: string;

  @Field(() => Boolean, { description: 'The second address, not the primary one.' })
  isSecondary!: boolean;

  @Field(() => Date, { description: 'When the alert was written.' })
  since!: Date;

  @Field(() => String, { nullable: true, description: 'In the words of the mail server.' })
  reason!: string | null;

  @Field(() => Boolean, {
    description: 'Refused for good; otherwise nobody took it for an hour, and it is still tried.',
  })
  isFinal!: boolean;
}
