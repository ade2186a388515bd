import type { MessageKey } from '../../text/text.svelte.ts';

interface PermissionWords {
  label: Extract<MessageKey, `user.permission${string}`>;
  hint: Extract<MessageKey, `user.permission${string}Hint`>;
}

/** By the name in the API. One that is newer than these pages is shown by that name. */
export const permissionWords: Readonly<Record<string, PermissionWords>> = {
  'admin.users': { label: 'user.permissionUsers', hint: 'user.permissionUsersHint' },
  'admin.policy': { label: 'user.permissionPolicy', hint: 'user.permissionPolicyHint' },
  'admin.notifications': {
    label: 'user.permissionNotifications',
    hint: 'user.permissionNotificationsHint',
  },
  'admin.alerts': { label: 'user.permissionAlerts', hint: 'user.permissionAlertsHint' },
  'admin.licenses': { label: 'user.permissionLicenses', hint: 'user.permissionLicensesHint' },
  'admin.audit': { label: 'user.permissionAudit', hint: 'user.permissionAuditHint' },
  'admin.system.support': { label: 'user.permissionSupport', hint: 'user.permissionSupportHint' },
};
