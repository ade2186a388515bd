import type {
  AlertRuleFieldsFragment,
  HostNowFragment,
  HostPointFieldsFragment,
  Metric,
} from '../../graphql/generated/documents.ts';
import type { Text } from '../../text/text.svelte.ts';

export const metrics = ['CPU', 'MEMORY', 'DISK', 'LOAD'] as const satisfies readonly Metric[];

export type Rule = AlertRuleFieldsFragment;
export type Points = readonly HostPointFieldsFragment[];
/** By metric, oldest first. */
export type History = Readonly<Record<Metric, Points>>;

export function valueNow(metric: Metric, host: HostNowFragment): number {
  const { cpuPercent, memoryPercent, diskPercent, load } = host;
  return { CPU: cpuPercent, MEMORY: memoryPercent, DISK: diskPercent, LOAD: load }[metric];
}

export function valueText(metric: Metric, value: number, text: Text): string {
  const rounded = Math.round(value * 10) / 10;
  return metric === 'LOAD' ? text.number(rounded) : text.t('rule.percent', { value: rounded });
}

export type TimeUnit = 's' | 'min' | 'h';
export const secondsIn: Readonly<Record<TimeUnit, number>> = { s: 1, min: 60, h: 3_600 };

/** In the largest unit that leaves a whole number. */
export function timeOf(seconds: number): { count: number; unit: TimeUnit } {
  const units = ['h', 'min', 's'] as const;
  const unit = units.find((each) => seconds > 0 && seconds % secondsIn[each] === 0) ?? 's';
  return { count: seconds / secondsIn[unit], unit };
}

/** "CPU at or above 90 % for 10 minutes" */
export function sentenceOfRule(
  rule: Pick<Rule, 'metric' | 'threshold' | 'forSeconds'>,
  text: Text,
): string {
  const { metric, threshold, forSeconds } = rule;
  return text.t('rule.sentence', {
    metric,
    threshold: valueText(metric, threshold, text),
    atOnce: forSeconds === 0 ? 'yes' : 'no',
    time: text.t('rule.time', timeOf(forSeconds)),
  });
}
