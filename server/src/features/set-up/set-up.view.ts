import { Field, InputType } from 'type-graphql';
import { EmailAddress } from '../../kernel/schema/scalars.js';

@InputType()
export class SetUpSiteInput {
  @Field(() => String)
  token!: string;

  @Field(() => String)
  username!: string;

  @Field(() => EmailAddress)
  email!: string;

  @Field(() => String)
  password!: string;
}
