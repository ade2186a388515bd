import type { Channel, DeliveryStatus } from '../../graphql/generated/documents.ts';
import type { Text } from '../../text/text.svelte.ts';

export function channelName(channel: Channel, { t }: Text): string {
  switch (channel) {
    case 'EMAIL':
      return t('admin.deliveries.email');
    case 'DISCORD':
      return t('admin.deliveries.discord');
    case 'SIGNAL':
      return t('admin.deliveries.signal');
    case 'WEBHOOK':
      return t('admin.deliveries.webhook');
    default:
      return t('admin.deliveries.inbox');
  }
}

export function statusWord(status: DeliveryStatus, { t }: Text) {
  switch (status) {
    case 'SENT':
      return { word: t('admin.deliveries.sent'), tone: 'success' } as const;
    case 'FAILED':
      return { word: t('admin.deliveries.failed'), tone: 'danger' } as const;
    case 'RETRYING':
      return { word: t('admin.deliveries.retrying'), tone: 'warning' } as const;
    case 'SUPPRESSED':
      return { word: t('admin.deliveries.suppressed'), tone: 'neutral' } as const;
    default:
      return { word: t('admin.deliveries.pending'), tone: 'info' } as const;
  }
}
