import { Field, InputType, ObjectType } from 'type-graphql';
import { Channel, Locale, Severity } from '../../kernel/schema/enums.js';
import { TranslationInput } from '../notification/translation.view.js';

@ObjectType('NotificationTypeText', {
  description: 'What a notification says, with `{name}` where values of `data` go.',
})
export class NotificationTypeTextView {
  @Field(() => Locale)
  locale!: keyof typeof Locale;

  @Field(() => String)
  title!: string;

  @Field(() => String)
  body!: string;
}

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

  @Field(() => [NotificationTypeTextView], {
    description:
      'Those of `putNotificationType`, for who may put them; the texts of built-in types are not given.',
  })
  texts!: NotificationTypeTextView[];
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
