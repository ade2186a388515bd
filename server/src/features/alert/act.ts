import type { Json } from '../../kernel/live/live.js';
import type { Viewer } from '../../kernel/access/viewer.js';

/** Somebody who is told, as he could be reached when it happened. */
export interface Contact {
  readonly accountId: string;
  readonly username: string;
  readonly locale: 'EN' | 'IT';
  readonly timeZone: string;
  readonly primary: string;
  /** Only a verified one. */
  readonly secondary: string | null;
  /** Whether mails of the advisory kinds were wanted then. */
  readonly advisory: boolean;
}

/** Something that happened to an account, with all that a mail about it says. */
export interface Act {
  readonly activityId: string;
  readonly accountId: string | null;
  /** As the activity's. */
  readonly kind: string;
  readonly at: string;
  readonly reference: string;
  readonly details: Readonly<Record<string, Json>>;
  /** A link that was mailed counts as its owner. */
  readonly by: 'owner' | 'administrator' | 'system';
  readonly actor: string;
  readonly address: string | null;
  /** ISO 3166 alpha-2. */
  readonly country: string | null;
  readonly userAgent: string | null;
  readonly contacts: readonly Contact[];
}

/**
 * Whoever signs in, or follows a mailed link, goes by the account's name from then on, also in a
 * browser where somebody else is signed in: no administrator did that.
 * @param username of the account
 */
export function authorOf(
  viewer: Viewer,
  accountId: string | null,
  username: string | undefined,
): Act['by'] {
  if (viewer.kind === 'system') return 'system';
  if (viewer.kind === 'command') return 'administrator';
  const isOwner = viewer.accountId === null || viewer.accountId === accountId;
  return isOwner || viewer.name === username ? 'owner' : 'administrator';
}

export function textIn(act: Act, name: string): string {
  const value = act.details[name];
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}

export function numberIn(act: Act, name: string): number {
  const value = act.details[name];
  return typeof value === 'number' ? value : 0;
}
