import * as v from 'valibot';
import { useGatehouse } from '../../connection/context.ts';
import { refusalsIn } from '../../connection/refusals.ts';
import { AlertRuleFiringsDocument } from '../../graphql/generated/documents.ts';
import type { AlertRuleInput } from '../../graphql/generated/documents.ts';
import { useText } from '../../text/context.ts';
import { createForm } from '../../ui/form.svelte.ts';
import { metrics, secondsIn, timeOf } from './metrics.ts';
import type { Rule, TimeUnit } from './metrics.ts';

const longestSeconds = 86_400;
const highestLoad = 10_000;
/** Somebody who types a number is not asked about each digit. */
const restMs = 350;

interface Values {
  metric: Rule['metric'];
  threshold: string;
  forSeconds: string;
  unit: TimeUnit;
  hysteresis: string;
}

/** Also with the comma of whoever writes so; NaN for anything else. */
const numberOf = (text: string) =>
  /^\s*\d+([.,]\d+)?\s*$/.test(text) ? Number(text.trim().replace(',', '.')) : NaN;

function isThreshold({ metric, threshold }: Values): boolean {
  const value = numberOf(threshold);
  return value > 0 && value <= (metric === 'LOAD' ? highestLoad : 100);
}

function isTime({ forSeconds, unit }: Values): boolean {
  const seconds = numberOf(forSeconds) * secondsIn[unit];
  return Number.isInteger(seconds) && seconds <= longestSeconds;
}

function isHysteresis({ hysteresis, threshold }: Values): boolean {
  if (hysteresis.trim() === '') return true;
  return numberOf(hysteresis) < numberOf(threshold);
}

/** What the values say; null while they say nothing that makes sense. */
export function conditionIn(values: Values) {
  if (!isThreshold(values) || !isTime(values) || !isHysteresis(values)) return null;
  const { metric, threshold, forSeconds, unit, hysteresis } = values;
  return {
    metric,
    threshold: numberOf(threshold),
    forSeconds: numberOf(forSeconds) * secondsIn[unit],
    hysteresis: hysteresis.trim() === '' ? null : numberOf(hysteresis),
  };
}

/** @param rule null for a new one */
export function ruleForm(rule: Rule | null, put: (input: AlertRuleInput) => Promise<void>) {
  const text = useText();
  const { t } = text;
  const time = timeOf(rule?.forSeconds ?? 600);

  return createForm<Values, Values>({
    initial: {
      metric: rule?.metric ?? 'CPU',
      threshold: String(rule?.threshold ?? 90),
      forSeconds: String(time.count),
      unit: time.unit,
      hysteresis: rule ? String(Math.round(rule.hysteresis * 1000) / 1000) : '',
    },
    schema: () =>
      v.pipe(
        v.object({
          metric: v.picklist(metrics),
          threshold: v.string(),
          forSeconds: v.string(),
          unit: v.picklist(['s', 'min', 'h']),
          hysteresis: v.string(),
        }),
        v.forward(
          v.check((values) => isThreshold(values), t('rule.thresholdWrong')),
          ['threshold'],
        ),
        v.forward(
          v.check((values) => isTime(values), t('rule.timeWrong')),
          ['forSeconds'],
        ),
        v.forward(
          v.check((values) => isHysteresis(values), t('rule.hysteresisWrong')),
          ['hysteresis'],
        ),
      ),
    submit: async (values) => {
      const condition = conditionIn(values)!;
      await put({ id: rule?.id ?? null, enabled: rule?.enabled ?? true, ...condition });
    },
    refusals: refusalsIn(text),
  });
}

/** How often what stands in the form would have fired in the last day. Call it while a component is made. */
export function firings(condition: () => ReturnType<typeof conditionIn>) {
  const gatehouse = useGatehouse();
  let count = $state<number>();

  $effect(() => {
    const asked = condition();
    if (!asked) {
      count = undefined;
      return;
    }
    let isOver = false;
    const timer = setTimeout(() => {
      gatehouse.query(AlertRuleFiringsDocument, asked).then(
        ({ admin }) => {
          if (!isOver) count = admin.alertRuleFirings;
        },
        () => {
          if (!isOver) count = undefined;
        },
      );
    }, restMs);
    return () => {
      isOver = true;
      clearTimeout(timer);
    };
  });

  return {
    get count() {
      return count;
    },
  };
}
