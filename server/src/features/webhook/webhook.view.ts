import { Field, ID, InputType, ObjectType } from 'type-graphql';
import { DateTime, UrlText } from '../../kernel/schema/scalars.js';

@ObjectType('Webhook')
export class WebhookView {
  @Field(() => ID)
  id!: string;

  @Field(() => UrlText)
  url!: string;

  @Field(() => [String])
  events!: readonly string[];

  @Field(() => String)
  description!: string;

  @Field(() => Boolean)
  enabled!: boolean;

  @Field(() => String, { nullable: true })
  disabledReason!: string | null;

  @Field(() => DateTime)
  createdAt!: Date;
}

@ObjectType('NewWebhook', { description: 'Shown once: `secret` cannot be read again.' })
export class NewWebhookView {
  @Field(() => WebhookView)
  webhook!: WebhookView;

  @Field(() => String)
  secret!: string;
}

@InputType({ description: '`events` are keys of notification types, at least one; `*` is all.' })
export class WebhookInput {
  @Field(() => UrlText)
  url!: string;

  @Field(() => [String])
  events!: string[];

  @Field(() => String, { defaultValue: '' })
  description!: string;

  @Field(() => Boolean, { defaultValue: true })
  enabled!: boolean;
}

@InputType()
export class WebhookUpdateInput {
  @Field(() => UrlText, { nullable: true })
  url?: string | null;

  @Field(() => [String], { nullable: true })
  events?: string[] | null;

  @Field(() => String, { nullable: true })
  description?: string | null;

  @Field(() => Boolean, { nullable: true })
  enabled?: boolean | null;
}
