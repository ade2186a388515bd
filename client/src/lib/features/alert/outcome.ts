import type { AlertDeliveryFragment } from '../../graphql/generated/documents.ts';
import type { Text } from '../../text/text.svelte.ts';

/** Where one copy of an alert is, in a sentence. */
export function outcomeOf(delivery: AlertDeliveryFragment, text: Text): string {
  const { t } = text;
  const { target, status, sentAt, nextAttemptAt } = delivery;
  const reason = delivery.reason ?? t('alerts.noReason');
  switch (status) {
    case 'SENT':
      return t('alerts.sent', { target, when: sentAt ? text.date(sentAt, 'dateTime') : '' });
    case 'RETRYING':
      return t('alerts.retrying', {
        target,
        reason,
        when: nextAttemptAt ? text.date(nextAttemptAt, 'dateTime') : '',
      });
    case 'FAILED':
      return t('alerts.failed', { target, reason });
    case 'SUPPRESSED':
      return t('alerts.suppressed', { target, reason });
    default:
      return t('alerts.pending', { target });
  }
}
