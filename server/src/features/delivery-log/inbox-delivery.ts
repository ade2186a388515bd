import type { ListedDelivery } from './delivery-listing.js';

/** What no table keeps: the inbox is there at once, and what was switched off was never on its way. */
function told(
  accountId: string,
  messageId: string,
  type: string,
  at: Date,
): Omit<ListedDelivery, 'id' | 'channel' | 'status'> {
  return {
    account_id: accountId,
    message_id: messageId,
    activity_id: null,
    type,
    target: '',
    attempts: 0,
    created_at: at,
    sent_at: null,
    next_attempt_at: null,
    reason_code: null,
    reason_text: null,
    destination_id: null,
  };
}

export function inInbox(
  accountId: string,
  messageId: string,
  type: string,
  at: Date,
): ListedDelivery {
  const id = `${messageId}.IN_APP`;
  return {
    ...told(accountId, messageId, type, at),
    id,
    channel: 'IN_APP',
    status: 'SENT',
    sent_at: at,
    attempts: 1,
  };
}

/** The channel was off for this type, or there would be a row. */
export function switchedOff(
  accountId: string,
  messageId: string,
  type: string,
  at: Date,
  channel: 'EMAIL' | 'DISCORD' | 'SIGNAL',
): ListedDelivery {
  return {
    ...told(accountId, messageId, type, at),
    id: `${messageId}.${channel}`,
    channel,
    status: 'SUPPRESSED',
    reason_code: 'off',
  };
}
