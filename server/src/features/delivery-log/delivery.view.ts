import { Field, ID, Int, ObjectType, registerEnumType } from 'type-graphql';
import { Channel } from '../../kernel/schema/enums.js';
import { PageInfo } from '../../kernel/page/page.view.js';
import { DateTime } from '../../kernel/schema/scalars.js';

export const DeliveryStatus = {
  PENDING: 'PENDING',
  SENT: 'SENT',
  RETRYING: 'RETRYING',
  FAILED: 'FAILED',
  SUPPRESSED: 'SUPPRESSED',
} as const;
registerEnumType(DeliveryStatus, { name: 'DeliveryStatus' });

@ObjectType('DeliveryTry', {
  description:
    'What was asked and answered (bodies cut at 10 KiB, secrets masked); null where the channel has none.',
})
export class DeliveryTryView {
  @Field(() => DateTime)
  at!: Date;

  @Field(() => Int)
  durationMs!: number;

  @Field(() => Boolean)
  ok!: boolean;

  @Field(() => Int, { nullable: true })
  statusCode!: number | null;

  @Field(() => String, { nullable: true })
  request!: string | null;

  @Field(() => String, { nullable: true })
  response!: string | null;

  @Field(() => String, { nullable: true })
  error!: string | null;
}

@ObjectType('Delivery', {
  description:
    '`target` is masked (j…@example.org, discord.com/…/a1b2). `attempts` counts tries so far.',
})
export class DeliveryView {
  /** Whose it is. */
  accountId!: string;
  messageId!: string | null;

  @Field(() => ID)
  id!: string;

  @Field(() => Channel)
  channel!: keyof typeof Channel;

  @Field(() => String)
  type!: string;

  @Field(() => String)
  target!: string;

  @Field(() => DeliveryStatus)
  status!: keyof typeof DeliveryStatus;

  @Field(() => Int)
  attempts!: number;

  @Field(() => DateTime)
  createdAt!: Date;

  @Field(() => DateTime, { nullable: true })
  sentAt!: Date | null;

  @Field(() => DateTime, { nullable: true })
  nextAttemptAt!: Date | null;

  @Field(() => String, {
    nullable: true,
    description: 'Why it was suppressed, retried or given up, in words a person can act on.',
  })
  reason!: string | null;

  @Field(() => ID, { nullable: true })
  webhookId!: string | null;
}

@ObjectType('DeliveryConnection')
export class DeliveryConnectionView {
  @Field(() => [DeliveryView])
  nodes!: DeliveryView[];

  @Field(() => PageInfo)
  pageInfo!: PageInfo;
}
