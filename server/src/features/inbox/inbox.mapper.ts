import type { Locale } from '../../kernel/access/viewer.js';
import { render } from '../notification/notification-types.js';
import type { InboxRow } from './inbox-row.js';
import type { NotificationView } from './inbox.view.js';

/** The row in the reader's language. */
export function notificationViewOf(row: InboxRow, locale: Locale): NotificationView {
  return {
    id: row.message_id,
    type: row.type,
    severity: row.severity,
    ...render(row, locale),
    url: row.url,
    data: row.data,
    createdAt: row.created_at,
    readAt: row.read_at,
    dismissedAt: row.dismissed_at,
    snoozedUntil: row.snoozed_until,
  };
}
