import { Field, ID, ObjectType } from 'type-graphql';
import { JsonValue } from '../../kernel/json.js';
import type { Json } from '../../kernel/live/live.js';
import { PageInfo } from '../../kernel/page/page.view.js';
import { DateTime } from '../../kernel/schema/scalars.js';

@ObjectType('Activity')
export class ActivityView {
  @Field(() => ID)
  id!: string;

  @Field(() => String, { description: 'What happened, such as `password.changed`.' })
  kind!: string;

  @Field(() => DateTime)
  at!: Date;

  @Field(() => String, { nullable: true })
  ipAddress!: string | null;

  @Field(() => String, {
    nullable: true,
    description:
      'ISO 3166-1 alpha-2, where the network is registered; null for what is unknown or private.',
  })
  country!: string | null;

  @Field(() => String, { nullable: true })
  browser!: string | null;

  @Field(() => String, { nullable: true })
  os!: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'The username of who did it; null when that was nobody signed in.',
  })
  actor!: string | null;

  @Field(() => JsonValue)
  details!: Record<string, Json>;

  @Field(() => String, {
    nullable: true,
    description: 'Stands in the alert mail, where one was sent.',
  })
  reference!: string | null;
}

@ObjectType('ActivityConnection')
export class ActivityConnectionView {
  @Field(() => [ActivityView])
  nodes!: ActivityView[];

  @Field(() => PageInfo)
  pageInfo!: PageInfo;
}
