import { refuse } from '../../kernel/errors.js';
import { requireAccount } from '../../kernel/access/viewer.js';
import type { Viewer } from '../../kernel/access/viewer.js';

/** Every permission there is. ADMIN is the condition for holding one. */
export const allPermissions = [
  'admin.users',
  'admin.policy',
  'admin.notifications',
  'admin.alerts',
  'admin.licenses',
  'admin.audit',
  'admin.system.support',
] as const;

const known: ReadonlySet<string> = new Set(allPermissions);

/** @throws BAD_USER_INPUT field `permissions` */
export function checkPermissions(permissions: readonly string[]): string[] {
  const unknown = permissions.find((permission) => !known.has(permission));
  if (unknown !== undefined) {
    refuse('BAD_USER_INPUT', `There is no permission ${unknown}.`, { field: 'permissions' });
  }
  return [...new Set(permissions)].sort();
}

/** Nobody grants what he lacks, nor changes who holds it. @throws FORBIDDEN with the field */
export function requireToGrant(
  viewer: Viewer,
  permissions: readonly string[],
  field = 'permissions',
): void {
  if (viewer.kind === 'command' || viewer.kind === 'system') return;
  const lacking = permissions.find((permission) => !viewer.permissions.has(permission));
  if (lacking !== undefined) {
    const what = field === 'permissions' ? 'grant' : 'change who holds';
    refuse('FORBIDDEN', `You cannot ${what} ${lacking}, which you do not hold.`, { field });
  }
}

/** @throws UNAUTHENTICATED or FORBIDDEN */
export function requireAnyPermission(viewer: Viewer): void {
  requireAccount(viewer);
  if (viewer.permissions.size === 0) refuse('FORBIDDEN', 'This is for administrators.');
}
