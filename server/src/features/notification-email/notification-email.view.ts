import { Field, ObjectType } from 'type-graphql';
import { EmailAddress } from '../../kernel/schema/scalars.js';

@ObjectType('NotificationEmail', {
  description: 'Until `pendingEmail` is verified, `email` stays in force.',
})
export class NotificationEmailView {
  @Field(() => EmailAddress)
  email!: string;

  @Field(() => Boolean)
  verified!: boolean;

  @Field(() => EmailAddress, { nullable: true })
  pendingEmail!: string | null;

  @Field(() => String, { nullable: true })
  category!: string | null;
}
