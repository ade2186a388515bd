import type { InboxChange, InboxFilter } from '../graphql/generated/documents.ts';

/** Fields that say where a notification stands; a person's acts write nothing else. */
export interface Standing {
  readAt: string | null;
  dismissedAt: string | null;
  snoozedUntil: string | null;
}

/** Somewhere else it was snoozed; until when, the next look at the list tells. */
const unknownUntil = '9999-12-31T00:00:00.000Z';

export function isUnread(
  { readAt, dismissedAt, snoozedUntil }: Standing,
  now = new Date(),
): boolean {
  return readAt === null && dismissedAt === null && !isSnoozed(snoozedUntil, now);
}

function isSnoozed(until: string | null, now = new Date()): boolean {
  return until !== null && new Date(until) > now;
}

/** Whether a notification belongs in a list, as the server's filter has it. */
export function belongs(standing: Standing, filter: InboxFilter, now = new Date()): boolean {
  const snoozed = isSnoozed(standing.snoozedUntil, now);
  switch (filter) {
    case 'DISMISSED':
      return standing.dismissedAt !== null;
    case 'SNOOZED':
      return snoozed && standing.dismissedAt === null;
    case 'UNREAD':
      return isUnread(standing, now);
    case 'ALL':
      return standing.dismissedAt === null && !snoozed;
  }
}

/** What a change makes of a standing; repeating it changes nothing. */
export function changed(before: Standing, change: InboxChange, until?: string): Standing {
  const now = new Date().toISOString();
  switch (change) {
    case 'READ':
      return { ...before, readAt: before.readAt ?? now };
    case 'UNREAD':
      return { ...before, readAt: null };
    case 'DISMISSED':
      // What is dismissed does not wake any more; restored, it is there.
      return { ...before, dismissedAt: before.dismissedAt ?? now, snoozedUntil: null };
    case 'RESTORED':
      return { ...before, dismissedAt: null };
    case 'SNOOZED':
      return { ...before, snoozedUntil: until ?? before.snoozedUntil ?? unknownUntil };
    case 'UNSNOOZED':
      return { ...before, snoozedUntil: null };
  }
}
