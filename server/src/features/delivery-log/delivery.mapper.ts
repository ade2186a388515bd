import { readWhy } from '../delivery/why.js';
import { messagesOf } from '../notification/notification-types.js';
import type { Locale } from '../../kernel/access/viewer.js';
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
    reason: reasonOf(row, locale),
    webhookId: channel === 'WEBHOOK' ? row.destination_id : null,
  };
}

function reasonOf({ reason_code: code, reason_text: text }: ListedDelivery, locale: Locale) {
  if (text !== null) return readWhy(text, messagesOf[locale]);
  if (code === null) return null;
  const texts = messagesOf[locale] as unknown as Record<string, (() => string) | undefined>;
  return texts[`delivery.reason.${code}`]?.() ?? code;
}
