import { Field, ID, InputType, Int, ObjectType } from 'type-graphql';
import { Channel, Role, Severity } from '../../kernel/schema/enums.js';
import { PageInfo } from '../../kernel/page/page.view.js';
import { DateTime, UrlText } from '../../kernel/schema/scalars.js';
import { TranslationInput } from '../notification/translation.view.js';

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

  @Field(() => Boolean, { description: 'To chosen people, and not to everyone or a role.' })
  direct!: boolean;
}

@ObjectType('BroadcastConnection')
export class BroadcastConnectionView {
  @Field(() => [BroadcastView])
  nodes!: BroadcastView[];

  @Field(() => PageInfo)
  pageInfo!: PageInfo;
}

@ObjectType('MessagePreview', {
  description:
    'A message as its channel says it. `title` is a subject or the like, null where the channel has none; `text` is what is read, of WEBHOOK the JSON that is sent; `html` is a mail’s, to be shown where it can load and run nothing.',
})
export class MessagePreviewView {
  @Field(() => Channel)
  channel!: keyof typeof Channel;

  @Field(() => String, { nullable: true })
  title!: string | null;

  @Field(() => String)
  text!: string;

  @Field(() => String, { nullable: true })
  html!: string | null;
}
