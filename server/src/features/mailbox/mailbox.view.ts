import { Field, Float, InputType, Int, ObjectType, registerEnumType } from 'type-graphql';
import { errorCodes } from '../../kernel/errors.js';
import type { ErrorCode } from '../../kernel/errors.js';
import { PageInfo } from '../../kernel/page/page.view.js';
import { DateTime, EmailAddress, SafeInt } from '../../kernel/schema/scalars.js';

const ErrorCodeEnum = Object.fromEntries(errorCodes.map((code) => [code, code]));
registerEnumType(ErrorCodeEnum, {
  name: 'ErrorCode',
  description: 'Every value that `extensions.code` can take.',
});

@ObjectType('EmailAccount')
export class EmailAccountView {
  @Field(() => EmailAddress)
  address!: string;

  @Field(() => Boolean)
  archive!: boolean;

  @Field(() => SafeInt)
  usedBytes!: number;

  @Field(() => SafeInt, { description: '-1 is unlimited.' })
  quotaBytes!: number;

  @Field(() => Float, { nullable: true })
  percent!: number | null;

  @Field(() => Boolean)
  nearLimit!: boolean;
}

@ObjectType('Domain')
export class DomainView {
  @Field(() => String)
  name!: string;

  @Field(() => DateTime)
  createdAt!: Date;
}

@ObjectType('EmailAccountConnection')
export class EmailAccountConnectionView {
  @Field(() => [EmailAccountView])
  nodes!: EmailAccountView[];

  @Field(() => PageInfo)
  pageInfo!: PageInfo;

  @Field(() => Int)
  totalCount!: number;
}

@ObjectType('DomainConnection')
export class DomainConnectionView {
  @Field(() => [DomainView])
  nodes!: DomainView[];

  @Field(() => PageInfo)
  pageInfo!: PageInfo;

  @Field(() => Int)
  totalCount!: number;
}

@ObjectType('PutEmailAccountResult')
export class PutEmailAccountResultView {
  @Field(() => EmailAddress)
  address!: string;

  @Field(() => EmailAccountView, { nullable: true })
  emailAccount!: EmailAccountView | null;

  @Field(() => ErrorCodeEnum, { nullable: true })
  code!: ErrorCode | null;

  @Field(() => String, { nullable: true })
  message!: string | null;
}

@InputType()
export class EmailAccountInput {
  @Field(() => String)
  username!: string;

  @Field(() => EmailAddress)
  address!: string;

  @Field(() => Boolean, { defaultValue: false })
  archive!: boolean;

  @Field(() => SafeInt)
  usedBytes!: number;

  @Field(() => SafeInt, { description: '-1 is unlimited.' })
  quotaBytes!: number;
}
