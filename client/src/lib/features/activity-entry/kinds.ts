import type { Text } from '../../text/text.svelte.ts';

/** First words of kinds: what one's own activity may be filtered by. */
export const ownGroups = [
  'sign_in',
  'session',
  'password',
  'totp',
  'second_factor',
  'recovery_codes',
  'recovery_code',
  'passkey',
  'email',
  'secondary_email',
  'ip_allowlist',
  'access_token',
  'api_access',
  'api_key',
  'locked_down',
  'alerts',
  'notification_email',
  'webhook',
  'channel',
  'license',
  'data_export',
  'account_deletion',
  'account',
  'user',
] as const;

/** What administrators do besides. */
export const auditGroups = [
  ...ownGroups,
  'invite',
  'policy',
  'broadcast',
  'delivery',
  'support_access',
  'alert_rule',
  'notification_type',
] as const;

/** What happened, as a short sentence; also of a kind that this page does not know yet. */
export function kindName(kind: string, text: Text): string {
  const key = `activity.kinds.${kind}`;
  return text.has(key) ? text.t(key as 'activity.kinds.locked_down') : readable(kind);
}

export function groupName(group: string, text: Text): string {
  const key = `activity.groups.${group}`;
  return text.has(key) ? text.t(key as 'activity.groups.email') : readable(group);
}

/** `usage.over_limit` → "Usage: over limit". */
export function readable(name: string): string {
  const words = name.replaceAll('_', ' ').replace('.', ': ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}
