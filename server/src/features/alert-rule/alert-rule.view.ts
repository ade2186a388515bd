import { Field, Float, ID, InputType, Int, ObjectType } from 'type-graphql';
import { Metric } from '../host/host.view.js';
import type { MetricName } from '../host/metric.js';

@ObjectType('AlertRule', {
  description:
    'Fires once when `metric` stays at or above `threshold` for `forSeconds`; again only after it fell `hysteresis` below.',
})
export class AlertRuleView {
  @Field(() => ID)
  id!: string;

  @Field(() => Metric)
  metric!: MetricName;

  @Field(() => Float)
  threshold!: number;

  @Field(() => Int)
  forSeconds!: number;

  @Field(() => Float)
  hysteresis!: number;

  @Field(() => Boolean)
  enabled!: boolean;

  @Field(() => Boolean)
  firing!: boolean;

  @Field(() => [String], { description: 'Where it fires now.' })
  firingHosts!: readonly string[];

  @Field(() => Date, { nullable: true })
  lastFiredAt!: Date | null;
}

@InputType()
export class AlertRuleInput {
  @Field(() => ID, { nullable: true })
  id?: string | null;

  @Field(() => Metric)
  metric!: MetricName;

  @Field(() => Float)
  threshold!: number;

  @Field(() => Int, { defaultValue: 60 })
  forSeconds!: number;

  @Field(() => Float, {
    nullable: true,
    description:
      'Default: 5 for percentages, a tenth of `threshold` for LOAD; less than `threshold`.',
  })
  hysteresis?: number | null;

  @Field(() => Boolean, { defaultValue: true })
  enabled!: boolean;
}
