import { Field, InputType, Int, ObjectType } from 'type-graphql';
import { Severity } from '../../kernel/schema/enums.js';
import { JsonValue } from '../../kernel/json.js';
import { UrlText } from '../../kernel/schema/scalars.js';
import { TranslationInput } from '../notification/translation.view.js';

@InputType()
export class EmitEventInput {
  @Field(() => String, { description: 'Idempotency key.' })
  key!: string;

  @Field(() => String)
  type!: string;

  @Field(() => String, { nullable: true, description: 'Null: every administrator.' })
  username?: string | null;

  @Field(() => String, {
    nullable: true,
    description: "Null: the type's own text, filled from `data`.",
  })
  title?: string | null;

  @Field(() => String, { nullable: true })
  body?: string | null;

  @Field(() => [TranslationInput], { defaultValue: [] })
  translations!: TranslationInput[];

  @Field(() => Severity, { nullable: true })
  severity?: keyof typeof Severity | null;

  @Field(() => UrlText, { nullable: true })
  url?: string | null;

  @Field(() => JsonValue, { nullable: true })
  data?: unknown;
}

@ObjectType('EmittedEvent')
export class EmittedEventView {
  @Field(() => Boolean)
  duplicate!: boolean;

  @Field(() => Int)
  recipients!: number;
}
