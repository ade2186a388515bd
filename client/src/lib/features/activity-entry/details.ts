import type { Text } from '../../text/text.svelte.ts';
import { metrics, sentenceOfRule, valueText } from '../alert-rule/metrics.ts';
import { limitAmount, limitName } from '../limit/limit-name.ts';
import { readable } from './kinds.ts';

type Details = Readonly<Record<string, unknown>>;
type Phrase = (value: unknown, text: Text, details: Details) => string | null;

const asIs: Phrase = (value) => plain(value);
const nothing: Phrase = () => null;
const flag =
  (key: 'activity.details.oneTime' | 'activity.details.replaced'): Phrase =>
  (value, { t }) =>
    value === true ? t(key) : null;
const counted =
  (
    key:
      | 'activity.details.sessions'
      | 'activity.details.accessTokens'
      | 'activity.details.apiKeys'
      | 'activity.details.left'
      | 'activity.details.recipients'
      | 'activity.details.attempts'
      | 'activity.details.deliveries',
  ): Phrase =>
  (value, { t }) =>
    typeof value === 'number' ? t(key, { count: value }) : null;
const listed =
  (
    key:
      | 'activity.details.entries'
      | 'activity.details.scopes'
      | 'activity.details.permissions'
      | 'activity.details.granted'
      | 'activity.details.revoked'
      | 'activity.details.changes',
  ): Phrase =>
  (value, text) => {
    const names = Array.isArray(value) ? value : Object.keys(Object(value));
    const told = names.map(plain).filter((name) => name !== null);
    return told.length > 0 ? text.t(key, { list: text.list(told) }) : null;
  };
const after =
  (name: string): Phrase =>
  (value, { t }, details) => {
    const [from, to] = [plain(value), plain(details[name])];
    return from !== null && to !== null ? t('activity.details.from', { from, to }) : (to ?? from);
  };

const moment =
  (key: 'activity.details.until' | 'activity.details.since'): Phrase =>
  (value, text) =>
    typeof value === 'string' && !Number.isNaN(Date.parse(value))
      ? text.t(key, { when: text.date(value, 'dateTime') })
      : null;

/** What an administrator changed, each with what it was and what it is. */
const changed: Phrase = (value, text, details) => {
  const pairs = Object.entries(Object(value) as Details);
  const isPair = (one: unknown) => typeof one === 'object' && one !== null && 'to' in one;
  if (Array.isArray(value) || !pairs.every(([, one]) => isPair(one))) {
    return listed('activity.details.changes')(value, text, details);
  }
  return pairs
    .map(([name, one]) => {
      const { from, to } = one as { from: unknown; to: unknown };
      return text.t('activity.details.change', {
        name: fieldName(name, text),
        from: valueName(from, text),
        to: valueName(to, text),
      });
    })
    .join(' · ');
};

/** A rule about the hosts as its own page says it. */
const rule: Phrase = (value, text, details) => {
  const { threshold, forSeconds } = details;
  const isRule = typeof threshold === 'number' && typeof forSeconds === 'number';
  const metric = metrics.find((one) => one === value);
  return isRule && metric ? sentenceOfRule({ metric, threshold, forSeconds }, text) : plain(value);
};

const ofRule: Phrase = (value, text, details) =>
  'metric' in details ? null : other('threshold')(value, text, details);

/** By the name of the field, so that a kind which comes later is told as well. */
const phrases: Record<string, Phrase> = {
  type: asIs,
  channel: asIs,
  method: (value, text) => {
    const key = `activity.methods.${String(value)}`;
    return text.has(key) ? text.t(key as 'activity.methods.PASSKEY') : plain(value);
  },
  ended: counted('activity.details.sessions'),
  sessions: counted('activity.details.sessions'),
  accessTokens: counted('activity.details.accessTokens'),
  apiKeys: counted('activity.details.apiKeys'),
  left: counted('activity.details.left'),
  recipients: counted('activity.details.recipients'),
  attempts: counted('activity.details.attempts'),
  metric: rule,
  threshold: ofRule,
  forSeconds: ofRule,
  hysteresis: (value, text, { metric, threshold }) => {
    const known = metrics.find((one) => one === metric);
    if (!known || typeof value !== 'number' || typeof threshold !== 'number') return null;
    return text.t('rule.backBelow', { value: valueText(known, threshold - value, text) });
  },
  enabled: (value, { t }) => t(value === true ? 'activity.details.on' : 'activity.details.off'),
  oneTime: flag('activity.details.oneTime'),
  replaced: flag('activity.details.replaced'),
  name: (value, text, details) => ('former' in details ? null : asIs(value, text, details)),
  former: (value, text, details) =>
    after('name' in details ? 'name' : 'email')(value, text, details),
  email: (value, text, details) => ('former' in details ? null : asIs(value, text, details)),
  role: (value, text, { formerRole }) => {
    const to = valueName(value, text);
    if (formerRole === undefined) return text.t('activity.details.role', { to });
    return text.t('activity.details.roleChanged', { from: valueName(formerRole, text), to });
  },
  formerRole: nothing,
  granted: listed('activity.details.granted'),
  revoked: listed('activity.details.revoked'),
  old: after('new'),
  new: (value, text, details) => ('old' in details ? null : asIs(value, text, details)),
  to: (value, { t }) =>
    plain(value) === null ? null : t('activity.details.to', { to: plain(value)! }),
  count: counted('activity.details.deliveries'),
  until: moment('activity.details.until'),
  since: moment('activity.details.since'),
  label: asIs,
  title: asIs,
  product: asIs,
  prefix: (value) => (plain(value) === null ? null : `${plain(value)}…`),
  username: asIs,
  authenticator: (value, text, details) =>
    value === details['name'] ? null : asIs(value, text, details),
  entries: listed('activity.details.entries'),
  scopes: listed('activity.details.scopes'),
  permissions: listed('activity.details.permissions'),
  changes: changed,
  key: (value, text, { value: to, from }) => {
    if (typeof value !== 'string' || typeof to !== 'number') return plain(value);
    const written = (amount: number) =>
      limitAmount(value, amount, text) ?? text.t('activity.details.unlimited');
    const limit = { key: limitName(value, text), value: written(to) };
    if (typeof from !== 'number' || from === to) return text.t('activity.details.limit', limit);
    const values = { from: written(from), to: written(to) };
    return text.t('activity.details.limit', {
      ...limit,
      value: text.t('activity.details.from', values),
    });
  },
  from: (value, text, details) => ('key' in details ? null : other('from')(value, text, details)),
  value: (value, text, details) => ('key' in details ? null : asIs(value, text, details)),
  // Shown in their own places, or for programs.
  account: nothing,
  newNetwork: nothing,
  id: nothing,
  messageId: nothing,
};

/** What is known beyond the sentence, each as a phrase in the reader's language. */
export function detailsOf({ details }: { details: unknown }, text: Text): string[] {
  const known = (typeof details === 'object' ? (details ?? {}) : {}) as Details;
  const places = Object.keys(phrases);
  const place = (name: string) => (name in phrases ? places.indexOf(name) : places.length);
  // The database keeps them by the length of their names.
  return Object.entries(known)
    .sort(([a], [b]) => place(a) - place(b))
    .map(([name, value]) => (phrases[name] ?? other(name))(value, text, known))
    .filter((phrase) => phrase !== null && phrase !== '') as string[];
}

const other =
  (name: string): Phrase =>
  (value, { t }) => {
    const shown =
      typeof value === 'boolean'
        ? t(value ? 'activity.details.yes' : 'activity.details.no')
        : Array.isArray(value)
          ? value.map(plain).filter(Boolean).join(', ')
          : plain(value);
    return shown ? t('activity.details.other', { name: readable(name), value: shown }) : null;
  };

function fieldName(name: string, text: Text): string {
  const key = `activity.fields.${name}`;
  return text.has(key) ? text.t(key as 'activity.fields.displayName') : readable(name);
}

function valueName(value: unknown, text: Text): string {
  if (typeof value === 'boolean')
    return text.t(value ? 'activity.details.yes' : 'activity.details.no');
  const key = `activity.values.${String(value)}`;
  if (text.has(key)) return text.t(key as 'activity.values.ADMIN');
  return plain(value) ?? text.t('activity.details.none');
}

function plain(value: unknown): string | null {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : null;
}
