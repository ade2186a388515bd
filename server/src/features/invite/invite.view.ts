import { Field, ID, InputType, ObjectType } from 'type-graphql';
import { Locale, Role } from '../../kernel/schema/enums.js';
import { PageInfo } from '../../kernel/page/page.view.js';
import { DateTime, EmailAddress } from '../../kernel/schema/scalars.js';

@ObjectType('Invite')
export class InviteView {
  @Field(() => ID)
  id!: string;

  @Field(() => EmailAddress)
  email!: string;

  @Field(() => Role)
  role!: keyof typeof Role;

  @Field(() => [String])
  permissions!: string[];

  @Field(() => DateTime)
  createdAt!: Date;

  @Field(() => DateTime)
  expiresAt!: Date;

  @Field(() => String, { nullable: true })
  invitedBy!: string | null;
}

@ObjectType('InviteConnection')
export class InviteConnectionView {
  @Field(() => [InviteView])
  nodes!: InviteView[];

  @Field(() => PageInfo)
  pageInfo!: PageInfo;
}

@InputType()
export class InviteInput {
  @Field(() => EmailAddress)
  email!: string;

  @Field(() => Role, { defaultValue: Role.USER })
  role!: keyof typeof Role;

  @Field(() => [String], { defaultValue: [] })
  permissions!: string[];

  @Field(() => Locale, { nullable: true })
  locale?: keyof typeof Locale | null;
}
