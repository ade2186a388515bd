import { Arg, Ctx, FieldResolver, Float, ID, Int, Mutation, Resolver } from 'type-graphql';
import { Access } from '../../kernel/access/access.js';
import type { Context } from '../../kernel/access/context.js';
import { AdminView } from '../permission/admin.view.js';
import { Metric } from '../host/host.view.js';
import type { MetricName } from '../host/metric.js';
import { AlertRuleInput, AlertRuleView } from './alert-rule.view.js';
import { AlertRules } from './alert-rules.js';
import type { AlertRule } from './alert-rules.js';

/** The part of Admin that is the rules about the machines. */
@Resolver(() => AdminView)
export class AlertRuleResolver {
  constructor(private readonly rules: AlertRules) {}

  @Access({ scope: 'ADMIN', permission: 'admin.alerts' })
  @FieldResolver(() => [AlertRuleView], { description: 'Permission admin.alerts.' })
  alertRules(@Ctx() { viewer }: Context): Promise<AlertRule[]> {
    return this.rules.list(viewer);
  }

  @Access({ scope: 'ADMIN', permission: 'admin.alerts' })
  @FieldResolver(() => Int, {
    description:
      'Permission admin.alerts. How often such a rule would have fired in the last 24 hours, on all hosts together.',
  })
  alertRuleFirings(
    @Ctx() { viewer }: Context,
    @Arg('metric', () => Metric) metric: MetricName,
    @Arg('threshold', () => Float) threshold: number,
    @Arg('forSeconds', () => Int, { defaultValue: 60 }) forSeconds: number,
    @Arg('hysteresis', () => Float, { nullable: true }) hysteresis?: number,
  ): Promise<number> {
    return this.rules.firings(viewer, { metric, threshold, forSeconds, hysteresis });
  }

  @Access({ scope: 'ADMIN', permission: 'admin.alerts' })
  @Mutation(() => AlertRuleView, { description: 'Permission admin.alerts.' })
  putAlertRule(
    @Ctx() { viewer }: Context,
    @Arg('input', () => AlertRuleInput) input: AlertRuleInput,
  ): Promise<AlertRule> {
    return this.rules.put(viewer, input);
  }

  @Access({ scope: 'ADMIN', permission: 'admin.alerts' })
  @Mutation(() => Boolean)
  async removeAlertRule(
    @Ctx() { viewer }: Context,
    @Arg('id', () => ID) id: string,
  ): Promise<boolean> {
    await this.rules.remove(viewer, id);
    return true;
  }
}
