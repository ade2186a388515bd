import type { Locale } from '../../kernel/access/viewer.js';
import type { SeverityName, Text } from '../notification/notification-types.js';

/** A message as one person has it. Instants as PostgreSQL writes them into JSON. */
export interface InboxRow {
  readonly message_id: string;
  readonly arrived: string;
  readonly read_at: string | null;
  readonly dismissed_at: string | null;
  readonly snoozed_until: string | null;
  readonly type: string;
  readonly severity: SeverityName;
  readonly texts: Partial<Record<Locale, Text>> | null;
  readonly url: string | null;
  readonly data: unknown;
  readonly created_at: string;
}

/** What `n` (notification) and `m` (message) give for an InboxRow. */
export const inboxColumns = `n.message_id, n.arrived, n.read_at, n.dismissed_at, n.snoozed_until,
  m.type, m.severity, m.texts, m.url, m.data, m.created_at`;

/** Rows that the bell counts. */
export const isUnread = 'read_at is null and dismissed_at is null and snoozed_until is null';
