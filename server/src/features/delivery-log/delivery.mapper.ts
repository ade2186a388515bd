import { messagesOf } from '../notification/notification-types.js';
import type { Locale } from '../../kernel/viewer.js';
import type { ListedDelivery } from './delivery-listing.js';
import type { DeliveryView } from './delivery.view.js';

export function deliveryViewOf(row: ListedDelivery, locale: Locale): DeliveryView {
  const { id, channel, type, target, status, attempts } = row;
  return {
    id,
    accountId: row.account_id,
    messageId: row.message_id,
    channel,
    type,
    target,
    status,
    attempts,
    createdAt: row.created_at,
    sentAt: row.sent_at,
    nextAttemptAt: row.next_attempt_at,
    reason:
      row.reason_text ?? (row.reason_code === null ? null : reasonOf(row.reason_code, locale)),
    webhookId: channel === 'WEBHOOK' ? row.destination_id : null,
  };
}

function reasonOf(code: string, locale: Locale): string {
  const texts = messagesOf[locale] as unknown as Record<string, (() => string) | undefined>;
  return texts[`delivery.reason.${code}`]?.() ?? code;
}
