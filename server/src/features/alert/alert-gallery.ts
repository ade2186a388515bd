import type { Mail } from '../../kernel/outbox/mail.js';
import type { Act, Contact } from './act.js';
import { alertMail } from './alert-mail.js';
import type { AlertSite } from './alert-mail.js';
import { addressesFor, alertsOf } from './alert-table.js';
import type { Alert } from './alert-table.js';
import { distinctAddresses } from './recipients.js';

/** Every way in which something is told, as an example: activity kind and details. */
export const examples: readonly (readonly [
  kind: string,
  details?: Act['details'],
  by?: Act['by'],
])[] = [
  ['password.changed'],
  ['session.ended', { ended: 2, accessTokens: 1 }],
  ['user.sessions_ended', { ended: 3 }, 'administrator'],
  ['email.changed', { old: 'ada@example.org', new: 'ada@elsewhere.example' }],
  ['sign_in.succeeded', { method: 'PASSWORD' }],
  ['sign_in.failed_repeatedly', { attempts: 5, minutes: 15 }],
  ['api_key.created', { label: 'Media server', prefix: 'ghk_7Qx2', product: 'Streaming' }],
  ['api_key.rotated', { label: 'Media server', prefix: 'ghk_9Mv4', product: 'Streaming' }],
  ['api_key.revoked', { label: 'Media server', prefix: 'ghk_9Mv4', product: 'Streaming' }],
  ['secondary_email.changed', { email: 'ada@second.example', former: null }],
  ['secondary_email.changed', { email: 'ada@third.example', former: 'ada@second.example' }],
  ['secondary_email.removed', { email: 'ada@second.example' }],
  ['totp.enrolled', { replaced: false }],
  ['totp.enrolled', { replaced: true }],
  ['totp.disabled'],
  ['passkey.added', { name: 'Telephone', authenticator: 'Google Password Manager' }],
  ['passkey.removed', { name: 'Telephone' }],
  ['recovery_codes.renewed'],
  ['recovery_code.used', { left: 9 }],
  ['ip_allowlist.changed', { enabled: true, entries: ['203.0.113.0/24', '2001:db8::/48'] }],
  ['ip_allowlist.changed', { enabled: false, entries: [] }],
  ['ip_allowlist.reverted'],
  ['ip_allowlist.cleared'],
  ['access_token.created', { name: 'Backup', prefix: 'gha_5Wc8' }],
  ['access_token.revoked', { name: 'Backup', prefix: 'gha_5Wc8' }],
  ['notification_email.changed', { email: 'news@example.org', category: 'quota' }],
  ['notification_email.changed', { email: null, category: null }],
  ['alerts.muted'],
  ['data_export.requested'],
  ['data_export.downloaded'],
  ['account_deletion.requested', { at: '2026-12-08T13:05:00Z' }],
  ['account_deletion.cancelled'],
  ['account_deletion.done', {}, 'system'],
  ['user.password_set', { ended: 2 }, 'administrator'],
  ['user.two_factor_disabled', { ended: 2 }, 'administrator'],
  ['user.ip_allowlist_cleared', { ended: 0 }, 'administrator'],
  ['user.disabled', { ended: 2 }, 'administrator'],
  ['user.enabled', {}, 'administrator'],
  [
    'user.permission_changed',
    { role: 'ADMIN', formerRole: 'USER', granted: ['admin.audit', 'admin.users'], revoked: [] },
    'administrator',
  ],
  [
    'user.updated',
    { changes: { displayName: { from: 'Ada', to: 'Ada Lovelace' } } },
    'administrator',
  ],
  ['support_access.enabled', { until: '2026-12-02T13:05:00Z' }],
  ['support_access.disabled'],
  ['support_access.expired', {}, 'system'],
  ['locked_down', { sessions: 3, accessTokens: 2, apiKeys: 1 }],
];

export interface Example {
  /** Fit for a file or an address: `api_key_changed-created`. */
  readonly name: string;
  readonly alert: Alert;
  readonly mail: Mail;
}

/** Every alert in every way, to look at: for development, tests and the pictures in docs/alerts. */
export function alertGallery(site: AlertSite, locale: Contact['locale']): Example[] {
  return examples.flatMap(([kind, details = {}, by = 'owner']) => {
    const act = exampleOf(kind, details, by, locale);
    return alertsOf([act]).flatMap((alert) => {
      const [contact] = act.contacts;
      const addresses = addressesFor(alert, contact!.primary, contact!.secondary);
      return distinctAddresses(addresses).map((to, index) => ({
        name: [alert.kind, alert.change, ...(index > 0 ? [String(index + 1)] : [])]
          .filter(Boolean)
          .join('-'),
        alert,
        mail: alertMail({ alert, together: [act], contact: contact!, to }, site),
      }));
    });
  });
}

function exampleOf(
  kind: string,
  details: Act['details'],
  by: Act['by'],
  locale: Contact['locale'],
): Act {
  return {
    activityId: '01937b5e-0000-7000-8000-000000000000',
    accountId: '01937b5e-0000-7000-8000-000000000001',
    kind,
    at: '2026-12-01T13:05:00Z',
    reference: '7GQ2-M4XK',
    details,
    by,
    actor: by === 'administrator' ? 'grace' : by === 'system' ? 'Gatehouse' : 'ada',
    address: by === 'system' ? null : '203.0.113.9',
    country: by === 'system' ? null : 'IT',
    userAgent:
      by === 'system'
        ? null
        : 'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:128.0) Gecko/20100101 Firefox/128.0',
    contacts: [
      {
        accountId: '01937b5e-0000-7000-8000-000000000001',
        username: 'ada',
        locale,
        timeZone: 'Europe/Rome',
        primary: kind === 'email.changed' ? 'ada@elsewhere.example' : 'ada@example.org',
        secondary: kind.startsWith('secondary_email') ? null : 'ada@second.example',
        advisory: true,
      },
    ],
  };
}
