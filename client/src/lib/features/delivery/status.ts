import type { DeliveryStatus } from '../../graphql/generated/documents.ts';

export const statusLooks = {
  PENDING: { tone: 'info', word: 'notify.log.pending' },
  SENT: { tone: 'success', word: 'notify.log.sent' },
  RETRYING: { tone: 'warning', word: 'notify.log.retrying' },
  FAILED: { tone: 'danger', word: 'notify.log.failed' },
  SUPPRESSED: { tone: 'neutral', word: 'notify.log.suppressed' },
} as const satisfies Record<DeliveryStatus, unknown>;
