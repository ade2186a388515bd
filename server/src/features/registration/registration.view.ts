import { Field, InputType } from 'type-graphql';
import { Locale } from '../../kernel/schema/enums.js';
import { EmailAddress, TimeZone } from '../../kernel/schema/scalars.js';

@InputType()
export class RegisterInput {
  @Field(() => String)
  username!: string;

  @Field(() => EmailAddress)
  email!: string;

  @Field(() => String)
  password!: string;

  @Field(() => String, { nullable: true })
  invite?: string | null;

  @Field(() => Locale, { nullable: true })
  locale?: keyof typeof Locale | null;

  @Field(() => TimeZone, { nullable: true })
  timeZone?: string | null;
}
