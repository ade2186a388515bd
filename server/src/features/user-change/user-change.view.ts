import { Field, InputType } from 'type-graphql';
import { Role } from '../../kernel/schema/enums.js';
import { EmailAddress } from '../../kernel/schema/scalars.js';

@InputType()
export class UpdateUserInput {
  @Field(() => EmailAddress, { nullable: true })
  email?: string | null;

  @Field(() => String, { nullable: true })
  displayName?: string | null;

  @Field(() => Role, { nullable: true })
  role?: keyof typeof Role | null;

  @Field(() => [String], { nullable: true })
  permissions?: string[] | null;

  @Field(() => Boolean, { nullable: true })
  disabled?: boolean | null;
}
