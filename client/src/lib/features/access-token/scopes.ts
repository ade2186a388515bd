import type { Scope } from '../../graphql/generated/documents.ts';
import type { MessageKey } from '../../text/text.svelte.ts';

export const scopeNames = {
  ACCOUNT_READ: 'api.scopeAccountRead',
  ACCOUNT_WRITE: 'api.scopeAccountWrite',
  NOTIFICATIONS_READ: 'api.scopeNotificationsRead',
  NOTIFICATIONS_WRITE: 'api.scopeNotificationsWrite',
  EVENTS_WRITE: 'api.scopeEventsWrite',
  USAGE_WRITE: 'api.scopeUsageWrite',
  ADMIN: 'api.scopeAdmin',
} as const satisfies Record<Scope, MessageKey>;

/** What one may give away of what one has (behaviour: Access tokens). */
export function scopesFor(role: 'USER' | 'ADMIN', permissions: readonly string[]): Scope[] {
  return [
    'ACCOUNT_READ',
    'ACCOUNT_WRITE',
    'NOTIFICATIONS_READ',
    'NOTIFICATIONS_WRITE',
    ...(permissions.includes('admin.notifications') ? (['EVENTS_WRITE'] as const) : []),
    ...(permissions.includes('admin.users') ? (['USAGE_WRITE'] as const) : []),
    ...(role === 'ADMIN' ? (['ADMIN'] as const) : []),
  ];
}

const day = 24 * 60 * 60 * 1000;

/** The choice of a day of one's own. */
export const ownDay = 'day';

/** @param choice days, or 'never' @returns an instant, or null for never */
export function expiryAt(choice: string, now = new Date()): string | null {
  return choice === 'never' ? null : new Date(now.getTime() + Number(choice) * day).toISOString();
}

/** Whole days until an instant; negative once it has passed. */
export function daysUntil(instant: string, now = new Date()): number {
  return Math.floor((new Date(instant).getTime() - now.getTime()) / day);
}

/** An example that runs as it is: asks who the token belongs to. */
export function curlExample(url: string, secret: string): string {
  return [
    `curl ${url} \\`,
    `  -H 'Authorization: Bearer ${secret}' \\`,
    `  -H 'Content-Type: application/json' \\`,
    `  -d '{"query":"{ me { username } }"}'`,
  ].join('\n');
}

/** For a token that sends events: one that is safe to repeat, since its key makes it one. */
export function curlEventExample(url: string, secret: string): string {
  const variables = {
    input: {
      key: 'backup-0001',
      type: 'system.application_installed',
      data: { application: 'Nextcloud', version: '32.0.1' },
    },
  };
  const query =
    'mutation($input: EmitEventInput!) { emitEvent(input: $input) { duplicate recipients } }';
  return [
    `curl ${url} \\`,
    `  -H 'Authorization: Bearer ${secret}' \\`,
    `  -H 'Content-Type: application/json' \\`,
    `  -d '${JSON.stringify({ query, variables })}'`,
  ].join('\n');
}
