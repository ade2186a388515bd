import { Field, ID, InputType, Int, ObjectType } from 'type-graphql';
import { Role, Severity } from '../../kernel/enums.js';
import { PageInfo } from '../../kernel/page.view.js';
import { DateTime, UrlText } from '../../kernel/scalars.js';
import { TranslationInput } from '../notification/emit.view.js';

@InputType({ description: '`key` makes a repeated call have one effect.' })
export class BroadcastInput {
  @Field(() => String, { nullable: true })
  key?: string | null;

  @Field(() => String)
  title!: string;

  @Field(() => String)
  body!: string;

  @Field(() => [TranslationInput], { defaultValue: [] })
  translations!: TranslationInput[];

  @Field(() => Severity, { defaultValue: Severity.INFO })
  severity!: keyof typeof Severity;

  @Field(() => UrlText, { nullable: true })
  url?: string | null;

  @Field(() => Role, { nullable: true })
  role?: keyof typeof Role | null;
}

@InputType()
export class NotifyUsersInput {
  @Field(() => String, { nullable: true })
  key?: string | null;

  @Field(() => [ID])
  userIds!: string[];

  @Field(() => String)
  title!: string;

  @Field(() => String)
  body!: string;

  @Field(() => [TranslationInput], { defaultValue: [] })
  translations!: TranslationInput[];

  @Field(() => Severity, { defaultValue: Severity.INFO })
  severity!: keyof typeof Severity;

  @Field(() => UrlText, { nullable: true })
  url?: string | null;
}

@ObjectType('Broadcast')
export class BroadcastView {
  @Field(() => ID)
  id!: string;

  @Field(() => String)
  title!: string;

  @Field(() => String)
  body!: string;

  @Field(() => Severity)
  severity!: keyof typeof Severity;

  @Field(() => DateTime)
  createdAt!: Date;

  @Field(() => Int)
  recipients!: number;

  @Field(() => Int)
  read!: number;
}

@ObjectType('BroadcastConnection')
export class BroadcastConnectionView {
  @Field(() => [BroadcastView])
  nodes!: BroadcastView[];

  @Field(() => PageInfo)
  pageInfo!: PageInfo;
}
