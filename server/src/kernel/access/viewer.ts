import { refuse } from '../errors.js';
import type { Refusal } from '../errors.js';

export const scopes = [
  'ACCOUNT_READ',
  'ACCOUNT_WRITE',
  'NOTIFICATIONS_READ',
  'NOTIFICATIONS_WRITE',
  'EVENTS_WRITE',
  'USAGE_WRITE',
  'ADMIN',
] as const;
export type Scope = (typeof scopes)[number];

export type Locale = 'EN' | 'IT';

/** Where a call came from. `address` null: it could not be told, so rules about addresses say no. */
export interface Origin {
  readonly address: string | null;
  readonly userAgent: string | null;
}

/** Who asks. Made once a unit of work from the credential that came with it. */
export interface Viewer {
  readonly kind: 'anonymous' | 'session' | 'token' | 'key' | 'command' | 'system';
  readonly accountId: string | null;
  /** The language of texts that the server writes for this caller. */
  readonly locale: Locale;
  /** For the audit trail: the username, or the name of the system's user at the command line. */
  readonly name: string;
  readonly permissions: ReadonlySet<string>;
  /** What an access token was given; null for every other kind. */
  readonly scopes: ReadonlySet<Scope> | null;
  /** The session's or the token's id in the API; never its secret. */
  readonly credentialId: string | null;
  /** Until when sensitive changes need no new proof. */
  readonly confirmedUntil: Date | null;
  /** Set while the account may do nothing but mend this. */
  readonly restriction: 'PASSWORD_CHANGE_REQUIRED' | 'TWO_FACTOR_REQUIRED' | null;
  /** When the credential ends by itself. */
  readonly endsAt: Date | null;
  readonly origin: Origin;
  /** Of who is nobody here because the session that came along may not be used from there. */
  readonly barred?: Refusal;
}

/** What an account must mend first: its password before all else, since others know it. */
export function restrictionOf(found: {
  readonly mustChangePassword: boolean;
  readonly twoFactorMissing: boolean;
}): Viewer['restriction'] {
  if (found.mustChangePassword) return 'PASSWORD_CHANGE_REQUIRED';
  return found.twoFactorMissing ? 'TWO_FACTOR_REQUIRED' : null;
}

export interface AccountViewer extends Viewer {
  readonly accountId: string;
}

export function anonymous(origin: Origin): Viewer {
  return {
    kind: 'anonymous',
    accountId: null,
    locale: 'EN',
    name: '',
    permissions: new Set(),
    scopes: null,
    credentialId: null,
    confirmedUntil: null,
    restriction: null,
    endsAt: null,
    origin,
  };
}

/** The person at the machine's command line, who may do what the files' owner may do: all. */
export function commandViewer(systemUser: string): Viewer {
  return {
    ...anonymous({ address: null, userAgent: null }),
    kind: 'command',
    name: `${systemUser} (command line)`,
  };
}

/** Gatehouse itself: jobs and events. */
export const systemViewer: Viewer = {
  ...anonymous({ address: null, userAgent: null }),
  kind: 'system',
  name: 'Gatehouse',
};

export const isOperator = (viewer: Viewer) => viewer.kind === 'command' || viewer.kind === 'system';

/** @throws UNAUTHENTICATED without an account, IP_NOT_ALLOWED with one that may not be used here. */
export function requireAccount(viewer: Viewer): asserts viewer is AccountViewer {
  if (viewer.accountId === null) refuseNobody(viewer);
}

export function refuseNobody({ barred }: Viewer): never {
  if (barred) throw barred;
  refuse('UNAUTHENTICATED', 'Sign in first.');
}

/** @throws UNAUTHENTICATED without an account, FORBIDDEN to an access token. */
export function requireSession(viewer: Viewer): asserts viewer is AccountViewer {
  requireAccount(viewer);
  if (viewer.kind !== 'session') {
    refuse('FORBIDDEN', 'This needs a signed-in session, not an access token.');
  }
}

/**
 * For changes that would help a thief most: a proof of identity in the last minutes.
 * @throws as requireSession, and IDENTITY_CONFIRMATION_REQUIRED outside of the window.
 */
export function requireConfirmed(viewer: Viewer, now: Date): void {
  if (isOperator(viewer)) return;
  requireSession(viewer);
  if (viewer.confirmedUntil === null || viewer.confirmedUntil <= now) {
    refuse('IDENTITY_CONFIRMATION_REQUIRED', 'Confirm that it is you, then this goes on.');
  }
}

/** @throws UNAUTHENTICATED without an account, FORBIDDEN without the permission. */
export function requirePermission(viewer: Viewer, permission: string): void {
  if (isOperator(viewer)) return;
  requireAccount(viewer);
  if (!viewer.permissions.has(permission)) {
    refuse('FORBIDDEN', `This needs the permission ${permission}.`);
  }
}
