import type { CliAnswer, CliCall, CliCommand } from '../../kernel/command.js';
import { refuse } from '../../kernel/errors.js';
import { readDuration } from '../../kernel/text/time-input.js';
import { HostReadings } from '../host/host-readings.js';
import type { HostReading } from '../host/host-readings.js';
import { metrics } from '../host/metric.js';
import type { MetricName } from '../host/metric.js';
import { textTable } from '../../kernel/text/text-table.js';
import type { ConditionInput } from './alert-rule.js';
import { AlertRules } from './alert-rules.js';
import type { AlertRule } from './alert-rules.js';

const conditionOptions = [
  { flags: '-m, --metric <metric>', description: 'cpu, memory, disk or load', required: true },
  {
    flags: '-t, --threshold <value>',
    description: 'percent, or for load the number itself',
    required: true,
  },
  { flags: '-f, --for <time>', description: 'how long: 90s, 10min, 2h; 60s unless told' },
  {
    flags: '--hysteresis <value>',
    description: 'how far below it is well again; 5, or a tenth of a load, unless told',
  },
];

/** `gatehouse alert-rule …` */
export const alertRuleCommands: readonly CliCommand[] = [
  {
    path: ['alert-rule', 'list'],
    summary: 'what administrators are told of about this machine, and how it does now',
    examples: ['gatehouse alert-rule list', 'gatehouse alert-rule list --json'],
    run: list,
  },
  {
    path: ['alert-rule', 'put'],
    summary: 'make a rule, or with --id change one',
    options: [
      ...conditionOptions,
      { flags: '--id <id>', description: 'of the rule that is to change' },
      { flags: '--off', description: 'keep the rule, but switched off' },
    ],
    examples: [
      'gatehouse alert-rule put --metric cpu --threshold 90 --for 10min',
      'gatehouse alert-rule put -m disk -t 85 --hysteresis 2',
      'gatehouse alert-rule put --id 01890a5d-ac96-774b-bcce-b302099a8057 -m load -t 8 --off',
    ],
    run: put,
  },
  {
    path: ['alert-rule', 'try'],
    summary: 'how often such a rule would have fired in the last 24 hours',
    options: conditionOptions,
    examples: ['gatehouse alert-rule try -m cpu -t 90 --for 10min'],
    run: tryOut,
  },
  {
    path: ['alert-rule', 'remove'],
    summary: 'remove a rule',
    operands: '<id>',
    examples: ['gatehouse alert-rule remove 01890a5d-ac96-774b-bcce-b302099a8057'],
    async run({ viewer, get, operands }) {
      const id = operands[0]!;
      await get(AlertRules).remove(viewer, id);
      return { json: { id, removed: true }, text: `Removed ${id}.` };
    },
  },
];

async function list({ viewer, get }: CliCall): Promise<CliAnswer> {
  const rules = await get(AlertRules).list(viewer);
  const host = await get(HostReadings).read(viewer);
  const rows = rules.map((rule) => [
    rule.id,
    rule.metric,
    written(rule.metric, rule.threshold),
    `${rule.forSeconds}s`,
    written(rule.metric, valueOf(rule.metric, host)),
    stateOf(rule),
    rule.lastFiredAt?.toISOString() ?? '',
  ]);
  const head = ['ID', 'METRIC', 'AT OR ABOVE', 'FOR', `NOW ON ${host.name}`, 'STATE', 'LAST FIRED'];
  return {
    json: { rules, host },
    text: rows.length > 0 ? textTable([head, ...rows]) : 'No rules.',
  };
}

function conditionOf({ options }: CliCall): ConditionInput {
  const text = (name: string) => (typeof options[name] === 'string' ? options[name] : null);
  const hysteresis = text('hysteresis');
  return {
    metric: readMetric(text('metric') ?? ''),
    threshold: readNumber(text('threshold') ?? '', 'threshold'),
    forSeconds: readDuration(text('for') ?? '60s', 'for'),
    hysteresis: hysteresis === null ? null : readNumber(hysteresis, 'hysteresis'),
  };
}

async function put(call: CliCall): Promise<CliAnswer> {
  const { viewer, get, options } = call;
  const id = typeof options['id'] === 'string' ? options['id'] : null;
  const enabled = options['off'] !== true;
  const rule = await get(AlertRules).put(viewer, { id, ...conditionOf(call), enabled });
  const threshold = written(rule.metric, rule.threshold);
  const words = `${rule.id}: ${rule.metric} at or above ${threshold} for ${rule.forSeconds} s, well again below ${written(rule.metric, rule.threshold - rule.hysteresis)}; ${stateOf(rule)}.`;
  return { json: rule, text: words };
}

async function tryOut(call: CliCall): Promise<CliAnswer> {
  const condition = conditionOf(call);
  const firings = await call.get(AlertRules).firings(call.viewer, condition);
  const times = firings === 1 ? 'once' : `${firings} times`;
  const often = firings === 0 ? 'would not have fired' : `would have fired ${times}`;
  return { json: { ...condition, firings }, text: `It ${often} in the last 24 hours.` };
}

function stateOf({ enabled, firingHosts }: AlertRule): string {
  if (!enabled) return 'off';
  return firingHosts.length > 0 ? `FIRING on ${firingHosts.join(', ')}` : 'watching';
}

const written = (metric: MetricName, value: number) =>
  `${Math.round(value * 100) / 100}${metric === 'LOAD' ? '' : ' %'}`;

function valueOf(metric: MetricName, host: HostReading): number {
  const { cpuPercent, memoryPercent, diskPercent, load } = host;
  return { CPU: cpuPercent, MEMORY: memoryPercent, DISK: diskPercent, LOAD: load }[metric];
}

function readMetric(given: string): MetricName {
  const found = metrics.find((metric) => metric === given.toUpperCase());
  return found ?? refuse('BAD_USER_INPUT', 'Give cpu, memory, disk or load.', { field: 'metric' });
}

function readNumber(given: string, field: string): number {
  const [, number] = /^(\d{1,6}(?:\.\d{1,6})?)\s*%?$/.exec(given.trim()) ?? [];
  return number === undefined
    ? refuse('BAD_USER_INPUT', `Write a number such as 90 or 7.5.`, { field })
    : Number(number);
}
