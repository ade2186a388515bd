import { numberIn, textIn } from './act.js';
import type { Act } from './act.js';
import type { AlertKind } from './alert-kinds.js';

/** What is told of an act: a kind of mail, and in which way (`created`, `revoked`, …). */
export interface Alert {
  readonly kind: AlertKind;
  /** Chooses the words; empty where a kind has only one way. */
  readonly change: string;
  readonly act: Act;
}

type Told = readonly [AlertKind, string?];

const always = (kind: AlertKind, change?: string) => () => [[kind, change] satisfies Told];
/** What an administrator did to somebody is told as that; `change` names which way in it was. */
const ownOr =
  (kind: AlertKind, own: string, change: string) =>
  ({ by }: Act): Told[] => {
    if (by === 'administrator') return [['admin_action', change]];
    return by === 'owner' ? [[kind, own]] : [];
  };

/**
 * Activity → alerts: the one table. What is not in it is told to nobody; `account.created` is only
 * there to quiet what belongs to the making of an account.
 */
const rules: Readonly<Record<string, (act: Act) => readonly Told[]>> = {
  'account.created': () => [],
  'password.changed': ownOr('password_changed', '', 'password'),
  'session.ended': always('sessions_ended'),
  'session.revoked': always('sessions_ended'),
  'user.sessions_ended': always('sessions_ended', 'administrator'),
  'email.changed': always('primary_email_changed'),
  'secondary_email.changed': (act) =>
    textIn(act, 'former') === ''
      ? [['secondary_email_changed', 'added']]
      : [
          ['secondary_email_changed', 'replaced'],
          ['secondary_email_removed', 'replaced'],
        ],
  'secondary_email.removed': always('secondary_email_removed', 'removed'),
  'totp.enrolled': (act) => [
    ['two_factor_changed', act.details['replaced'] === true ? 'replaced' : 'on'],
  ],
  'totp.disabled': ownOr('two_factor_changed', 'off', 'two_factor'),
  'recovery_codes.renewed': always('recovery_codes_changed', 'renewed'),
  'recovery_code.used': always('recovery_codes_changed', 'used'),
  'passkey.added': always('passkey_changed', 'added'),
  'passkey.removed': always('passkey_changed', 'removed'),
  'ip_allowlist.changed': (act) => [
    ['ip_allowlist_changed', act.details['enabled'] === false ? 'off' : 'changed'],
  ],
  'ip_allowlist.reverted': always('ip_allowlist_changed', 'reverted'),
  'ip_allowlist.cleared': ownOr('ip_allowlist_changed', 'cleared', 'ip_allowlist'),
  'access_token.created': always('access_token_changed', 'created'),
  'access_token.revoked': always('access_token_changed', 'revoked'),
  'api_key.created': always('api_key_changed', 'created'),
  'api_key.rotated': always('api_key_changed', 'rotated'),
  'api_key.revoked': always('api_key_changed', 'revoked'),
  'notification_email.changed': (act) => [
    ['notification_email_changed', textIn(act, 'email') === '' ? 'removed' : 'set'],
  ],
  'alerts.muted': always('alerts_muted'),
  'data_export.requested': always('data_export_requested', 'requested'),
  'data_export.downloaded': always('data_export_requested', 'downloaded'),
  'account_deletion.requested': always('account_deletion', 'requested'),
  'account_deletion.cancelled': always('account_deletion', 'cancelled'),
  'account_deletion.done': always('account_deletion', 'done'),
  'user.deleted': always('account_deletion', 'done'),
  'user.password_set': always('admin_action', 'password'),
  'user.two_factor_disabled': always('admin_action', 'two_factor'),
  'user.ip_allowlist_cleared': always('admin_action', 'ip_allowlist'),
  'user.disabled': always('admin_action', 'disabled'),
  'user.enabled': always('admin_action', 'enabled'),
  'user.permission_changed': always('admin_action', 'rights'),
  'user.updated': always('admin_action', 'name'),
  'support_access.enabled': always('support_access_changed', 'enabled'),
  'support_access.disabled': always('support_access_changed', 'disabled'),
  'support_access.expired': always('support_access_changed', 'expired'),
  locked_down: always('locked_down'),
  // Only from somewhere new, as `isTold` says.
  'sign_in.succeeded': always('new_sign_in'),
  // Beyond a day's four it is only in the activity.
  'sign_in.failed_repeatedly': (act) =>
    act.details['told'] === false ? [] : [['failed_sign_ins']],
};

/** What is part of a greater thing that is told alone. */
const quiets: Partial<Record<AlertKind, readonly AlertKind[]>> = {
  locked_down: [
    'sessions_ended',
    'access_token_changed',
    'api_key_changed',
    'notification_email_changed',
  ],
  admin_action: [
    'sessions_ended',
    'password_changed',
    'two_factor_changed',
    'recovery_codes_changed',
    'ip_allowlist_changed',
    'access_token_changed',
  ],
  account_deletion: ['sessions_ended', 'access_token_changed', 'api_key_changed'],
};

/** Activity that anybody is to hear of, or that decides what of others is heard. */
export function isTold(activity: string, details: Act['details']): boolean {
  if (activity === 'sign_in.succeeded') return details['newNetwork'] === true;
  return Object.hasOwn(rules, activity);
}

/** What is told of all that one transaction did to one account. @param acts in the order they were recorded */
export function alertsOf(acts: readonly Act[]): Alert[] {
  if (acts.some((act) => act.kind === 'account.created')) return [];
  const found = acts.flatMap((act) =>
    (rules[act.kind]?.(act) ?? []).map(([kind, change = '']): Alert => ({ kind, change, act })),
  );
  const silent = new Set(found.flatMap(({ kind }) => quiets[kind] ?? []));
  const heard = found.filter(({ kind }) => !silent.has(kind));
  // Told twice in other words: the later one names the act, the earlier ones its parts.
  const byWords = new Map(heard.map((alert) => [wordsOf(alert), alert]));
  return [...byWords.values()];
}

/** Several tokens, keys or passkeys of one transaction are each told; what an administrator did is told once. */
function wordsOf({ kind, change, act }: Alert): string {
  const once = kind === 'admin_action' || kind === 'sessions_ended';
  return once ? `${kind} ${change}` : `${kind} ${change} ${act.activityId}`;
}

/** How many sessions ended in what happened together. */
export function endedSessions(acts: readonly Act[]): number {
  return Math.max(
    0,
    ...acts.map((act) => Math.max(numberIn(act, 'ended'), numberIn(act, 'sessions'))),
  );
}

/** To which of the account's addresses it goes. */
export function addressesFor({ kind, act }: Alert, primary: string, secondary: string | null) {
  switch (kind) {
    case 'primary_email_changed':
      return [textIn(act, 'old'), primary, secondary];
    case 'secondary_email_changed':
      return [primary];
    case 'secondary_email_removed':
      return [primary, textIn(act, act.kind === 'secondary_email.changed' ? 'former' : 'email')];
    default:
      return [primary, secondary];
  }
}
