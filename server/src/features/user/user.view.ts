import { Field, ID, InputType, Int, ObjectType, registerEnumType } from 'type-graphql';
import { Role } from '../../kernel/schema/enums.js';
import { PageInfo } from '../../kernel/page/page.view.js';
import { DateTime, EmailAddress } from '../../kernel/schema/scalars.js';
import type { UserFilter } from './user-list.js';

export const UserSortEnum = {
  USERNAME: 'USERNAME',
  CREATED_AT: 'CREATED_AT',
  LAST_ACTIVE_AT: 'LAST_ACTIVE_AT',
  DISK_USED: 'DISK_USED',
} as const;
registerEnumType(UserSortEnum, { name: 'UserSort' });

@ObjectType('User')
export class UserView {
  @Field(() => ID)
  id!: string;

  @Field(() => String)
  username!: string;

  @Field(() => EmailAddress)
  email!: string;

  @Field(() => String, { nullable: true })
  displayName!: string | null;

  @Field(() => Role)
  role!: keyof typeof Role;

  @Field(() => [String])
  permissions!: string[];

  @Field(() => Boolean)
  disabled!: boolean;

  @Field(() => Boolean)
  totpEnabled!: boolean;

  @Field(() => Int)
  passkeyCount!: number;

  @Field(() => DateTime, { nullable: true })
  lastActiveAt!: Date | null;

  @Field(() => DateTime)
  createdAt!: Date;
}

@ObjectType('UserConnection')
export class UserConnectionView {
  @Field(() => [UserView])
  nodes!: UserView[];

  @Field(() => PageInfo)
  pageInfo!: PageInfo;

  /** What the total is counted over, if it is asked for. */
  filter!: UserFilter;
}

@InputType()
export class CreateUserInput {
  @Field(() => String)
  username!: string;

  @Field(() => EmailAddress)
  email!: string;

  @Field(() => String, { nullable: true })
  password?: string | null;

  @Field(() => Role, { defaultValue: Role.USER })
  role!: keyof typeof Role;

  @Field(() => [String], { nullable: true })
  permissions?: string[] | null;
}
