import { Field, Float, InputType, ObjectType, registerEnumType } from 'type-graphql';
import { SafeInt } from '../../kernel/schema/scalars.js';
import type { LimitUnit } from './limit.js';

const LimitUnitEnum = { BYTES: 'BYTES', COUNT: 'COUNT' } as const;
registerEnumType(LimitUnitEnum, { name: 'LimitUnit' });

@ObjectType('Limit', {
  description: '`limit` -1 is unlimited. Keys built in: disk, email_accounts, archives.',
})
export class LimitView {
  @Field(() => String)
  key!: string;

  @Field(() => LimitUnitEnum)
  unit!: LimitUnit;

  @Field(() => SafeInt)
  used!: number;

  @Field(() => SafeInt)
  limit!: number;

  @Field(() => Boolean)
  unlimited!: boolean;

  @Field(() => Float, { nullable: true })
  percent!: number | null;

  @Field(() => Boolean)
  nearLimit!: boolean;
}

@InputType()
export class ReportUsageInput {
  @Field(() => String)
  username!: string;

  @Field(() => String)
  key!: string;

  @Field(() => SafeInt)
  used!: number;
}
