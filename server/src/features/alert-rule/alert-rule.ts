import { refuse } from '../../kernel/errors.js';
import type { MetricName } from '../host/metric.js';

/** What is judged. */
export interface Condition {
  readonly metric: MetricName;
  readonly threshold: number;
  readonly forSeconds: number;
  readonly hysteresis: number;
}

export interface ConditionInput {
  readonly metric: MetricName;
  readonly threshold: number;
  readonly forSeconds: number;
  readonly hysteresis?: number | null;
}

const longestSeconds = 86_400;
const highestLoad = 10_000;
const usualPoints = 5;

/** @throws BAD_USER_INPUT with the field */
export function checkCondition(input: ConditionInput): Condition {
  const { metric, threshold, forSeconds } = input;
  const most = metric === 'LOAD' ? highestLoad : 100;
  if (!(threshold > 0 && threshold <= most)) {
    wrong('threshold', `The threshold must be above 0 and at most ${most}.`);
  }
  if (!Number.isInteger(forSeconds) || forSeconds < 0 || forSeconds > longestSeconds) {
    wrong('forSeconds', `The time must be 0 to ${longestSeconds} seconds, which is a day.`);
  }
  const hysteresis = input.hysteresis ?? usualHysteresis(metric, threshold);
  if (!(hysteresis >= 0 && hysteresis < threshold)) {
    wrong('hysteresis', 'The hysteresis must be 0 or more, and less than the threshold.');
  }
  return { metric, threshold, forSeconds, hysteresis };
}

/** A threshold that five points would bring to nothing gets half of itself. */
function usualHysteresis(metric: MetricName, threshold: number): number {
  if (metric === 'LOAD') return threshold / 10;
  return threshold > usualPoints ? usualPoints : threshold / 2;
}

function wrong(field: string, message: string): never {
  refuse('BAD_USER_INPUT', message, { field });
}
