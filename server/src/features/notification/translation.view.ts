import { Field, InputType } from 'type-graphql';
import { Locale } from '../../kernel/schema/enums.js';

@InputType()
export class TranslationInput {
  @Field(() => Locale)
  locale!: keyof typeof Locale;

  @Field(() => String)
  title!: string;

  @Field(() => String, { defaultValue: '' })
  body!: string;
}
