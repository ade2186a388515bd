import { refuse } from '../../kernel/errors.js';
import { parseDuration } from '../../kernel/text/time-input.js';
import type { Site } from '../site/site.entity.js';

/** What an administrator decides, by its name in the API and in the table. */
const rules = {
  registration: ['OPEN', 'INVITE_ONLY', 'CLOSED'],
  minLength: { least: 8, most: 128 },
  requireUppercase: 'switch',
  requireLowercase: 'switch',
  requireDigit: 'switch',
  requireSymbol: 'switch',
  refuseCommon: 'switch',
  failedSignInThreshold: { least: 1, most: 100 },
  failedSignInWindowMinutes: { least: 1, most: 1_440 },
  newSignInRule: ['NETWORK_AND_COUNTRY', 'NETWORK_OR_COUNTRY'],
  sessionIdleDays: { least: 1, most: 365 },
  sessionDays: { least: 1, most: 365 },
  requireTwoFactorForAdmins: 'switch',
} as const;

type Key = keyof typeof rules;
export const policyKeys = Object.keys(rules) as readonly Key[];
type Value = string | number | boolean;
export type PolicyChange = { readonly [K in Key]?: Site[K] | null };
export type PolicyValues = { readonly [K in Key]: Site[K] };

const isKey = (name: string): name is Key => Object.hasOwn(rules, name);

export function policyOf(site: Site): PolicyValues {
  return Object.fromEntries(policyKeys.map((key) => [key, site[key]])) as PolicyValues;
}

/** What is given, without what is left out. @throws BAD_USER_INPUT with the field */
export function checkPolicy(change: PolicyChange): [Key, Value][] {
  return policyKeys.flatMap((key): [Key, Value][] => {
    const value = change[key];
    return value === undefined ? [] : [[key, checkValue(key, value)]];
  });
}

function checkValue(key: Key, value: Value | null): Value {
  const rule: 'switch' | readonly string[] | { least: number; most: number } = rules[key];
  if (rule === 'switch') {
    if (typeof value !== 'boolean') refuseValue(key, 'true or false');
  } else if ('least' in rule) {
    const { least, most } = rule;
    const isIn = Number.isInteger(value) && Number(value) >= least && Number(value) <= most;
    if (!isIn) refuseValue(key, `a whole number from ${least} to ${most}`);
  } else if (!rule.includes(String(value))) refuseValue(key, `one of ${rule.join(', ')}`);
  return value!;
}

function refuseValue(key: Key, what: string): never {
  refuse('BAD_USER_INPUT', `${key} must be ${what}.`, { field: key });
}

/** `minLength=14` as somebody writes it. @throws BAD_USER_INPUT with the field */
export function readSetting(text: string): PolicyChange {
  const [, name = '', written = ''] = /^([^=]+)=(.*)$/s.exec(text) ?? [];
  if (!isKey(name)) {
    const message = `Write KEY=VALUE. The keys are ${policyKeys.join(', ')}.`;
    refuse('BAD_USER_INPUT', message, { field: name || text });
  }
  return { [name]: valueOf(name, written.trim()) };
}

function valueOf(key: Key, written: string): Value {
  const rule: unknown = rules[key];
  if (rule === 'switch') return { true: true, false: false }[written.toLowerCase()] ?? written;
  if (Array.isArray(rule)) return written.toUpperCase();
  if (/^\d{1,6}$/.test(written)) return Number(written);
  const unit = unitIn[key];
  const seconds = unit === undefined ? null : parseDuration(written);
  return seconds === null ? written : seconds / unit!;
}

/** Times may be written with their unit, too: `sessionDays=2w`. */
const unitIn: { readonly [K in Key]?: number } = {
  failedSignInWindowMinutes: 60,
  sessionIdleDays: 86_400,
  sessionDays: 86_400,
};
