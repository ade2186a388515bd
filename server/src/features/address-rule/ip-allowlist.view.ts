import { Field, InputType, ObjectType } from 'type-graphql';
import { DateTime } from '../../kernel/schema/scalars.js';

@ObjectType('IpAllowlistEntry')
export class IpAllowlistEntryView {
  @Field(() => String, {
    description: 'A network in canonical form; one address is a /32 or /128.',
  })
  cidr!: string;

  @Field(() => String, { nullable: true })
  label!: string | null;
}

@ObjectType('IpAllowlist')
export class IpAllowlistView {
  @Field(() => Boolean)
  enabled!: boolean;

  @Field(() => [IpAllowlistEntryView])
  entries!: readonly IpAllowlistEntryView[];

  @Field(() => String, { description: 'From where this is asked; empty when it cannot be told.' })
  callerAddress!: string;

  @Field(() => DateTime, {
    nullable: true,
    description:
      'Until then the list is on trial; without confirmIpAllowlist the former one holds again.',
  })
  trialUntil!: Date | null;
}

@InputType()
export class IpAllowlistEntryInput {
  @Field(() => String)
  cidr!: string;

  @Field(() => String, { nullable: true })
  label?: string | null;
}

@InputType()
export class IpAllowlistInput {
  @Field(() => Boolean)
  enabled!: boolean;

  @Field(() => [IpAllowlistEntryInput])
  entries!: IpAllowlistEntryInput[];
}
