import { refuse } from '../../kernel/errors.js';
import type { Json } from '../../kernel/live/live.js';
import type { Viewer } from '../../kernel/access/viewer.js';
import type { Account } from '../account/account.entity.js';
import { allPermissions, checkPermissions, requireToGrant } from '../permission/permissions.js';

export interface Rights {
  readonly role: 'USER' | 'ADMIN';
  readonly permissions: string[];
}

interface WantedRights {
  readonly role?: 'USER' | 'ADMIN' | null;
  readonly permissions?: readonly string[] | null;
}

/**
 * What somebody is to hold: ADMIN without a list is all of them, USER is none.
 * @throws BAD_USER_INPUT or FORBIDDEN with the field
 */
export function rightsAfter(viewer: Viewer, account: Account, wanted: WantedRights): Rights {
  if (wanted.role === null) refuse('BAD_USER_INPUT', 'A role is needed.', { field: 'role' });
  const role = wanted.role ?? account.role;
  const permissions = permissionsAfter(account, role, wanted.permissions);
  const granted = permissions.filter((each) => !account.permissions.includes(each));
  requireToGrant(viewer, granted);
  return { role, permissions };
}

function permissionsAfter(
  account: Account,
  role: 'USER' | 'ADMIN',
  list: readonly string[] | null | undefined,
): string[] {
  if (list != null) {
    const checked = checkPermissions(list);
    if (role === 'ADMIN' || checked.length === 0) return checked;
    const message = 'Only an ADMIN holds permissions. Choose the role ADMIN, or leave them out.';
    refuse('BAD_USER_INPUT', message, { field: 'permissions' });
  }
  if (list === null || role === 'USER') return [];
  return account.role === 'ADMIN' ? account.permissions : [...allPermissions].sort();
}

/** As the log keeps it; null when nothing changed. */
export function rightsChange(account: Account, after: Rights): Record<string, Json> | null {
  const granted = after.permissions.filter((each) => !account.permissions.includes(each));
  const revoked = account.permissions.filter((each) => !after.permissions.includes(each));
  if (account.role !== after.role) {
    return { role: after.role, formerRole: account.role, granted, revoked };
  }
  return granted.length + revoked.length === 0 ? null : { granted, revoked };
}
