import { Field, ObjectType } from 'type-graphql';
import { EmailAddress } from '../../kernel/schema/scalars.js';

@ObjectType('SecondaryEmail', {
  description: 'Until `pendingEmail` is verified, a verified `email` stays in force.',
})
export class SecondaryEmailView {
  @Field(() => EmailAddress)
  email!: string;

  @Field(() => Boolean)
  verified!: boolean;

  @Field(() => EmailAddress, { nullable: true })
  pendingEmail!: string | null;
}
