import { refuse } from '../../kernel/errors.js';
import { scopes as allScopes } from '../../kernel/access/viewer.js';
import type { Scope } from '../../kernel/access/viewer.js';

export interface TokenOwner {
  readonly role: 'USER' | 'ADMIN';
  readonly permissions: readonly string[];
}

/** What a scope asks of the owner, at creation and again at every call; the others are for everyone. */
const permissionFor: Partial<Record<Scope, string>> = {
  EVENTS_WRITE: 'admin.notifications',
  USAGE_WRITE: 'admin.users',
};

function mayUse(owner: TokenOwner, scope: Scope): boolean {
  if (scope === 'ADMIN') return owner.role === 'ADMIN';
  const permission = permissionFor[scope];
  return permission === undefined || owner.permissions.includes(permission);
}

/**
 * Each once, in the API's order.
 * @throws BAD_USER_INPUT or FORBIDDEN, field `scopes`
 */
export function checkScopes(owner: TokenOwner, wanted: readonly Scope[]): Scope[] {
  const field = 'scopes';
  if (wanted.length === 0) {
    refuse('BAD_USER_INPUT', 'Choose at least one thing the token may do.', { field });
  }
  const refused = wanted.find((scope) => !mayUse(owner, scope));
  if (refused !== undefined) {
    refuse('FORBIDDEN', `Your account may not give a token the scope ${refused}.`, { field });
  }
  return allScopes.filter((scope) => wanted.includes(scope));
}

/** What a token may do now: never more than its owner, so that a right that was taken away is gone here too. */
export function rightsNow(
  owner: TokenOwner,
  given: readonly Scope[],
): { scopes: Set<Scope>; permissions: Set<string> } {
  const scopes = new Set(given.filter((scope) => mayUse(owner, scope)));
  const permissions = owner.permissions.filter(
    (permission) =>
      scopes.has('ADMIN') || [...scopes].some((scope) => permissionFor[scope] === permission),
  );
  return { scopes, permissions: new Set(permissions) };
}
