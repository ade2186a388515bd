import { Field, InputType, ObjectType } from 'type-graphql';
import { Channel, Severity } from '../../kernel/enums.js';
import { TranslationInput } from '../notification/translation.view.js';

@ObjectType('NotificationType', {
  description:
    '`title` and `description` in the reader’s language; `builtIn` ones cannot be changed or removed.',
})
export class NotificationTypeView {
  @Field(() => String)
  key!: string;

  @Field(() => String)
  category!: string;

  @Field(() => String)
  title!: string;

  @Field(() => String)
  description!: string;

  @Field(() => Severity)
  severity!: keyof typeof Severity;

  @Field(() => [Channel])
  defaultChannels!: (keyof typeof Channel)[];

  @Field(() => Boolean)
  builtIn!: boolean;
}

@InputType({
  description: '`title` and `body` of a text may hold `{name}` from the event’s `data`.',
})
export class NotificationTypeInput {
  @Field(() => String)
  key!: string;

  @Field(() => String)
  category!: string;

  @Field(() => String)
  title!: string;

  @Field(() => String, { defaultValue: '' })
  description!: string;

  @Field(() => [TranslationInput], { defaultValue: [] })
  texts!: TranslationInput[];

  @Field(() => Severity, { defaultValue: 'INFO' })
  severity!: keyof typeof Severity;

  @Field(() => [Channel], { defaultValue: ['IN_APP'] })
  defaultChannels!: (keyof typeof Channel)[];
}
