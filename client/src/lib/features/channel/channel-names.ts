import type { Channel } from '../../graphql/generated/documents.ts';

export const channelNames = {
  IN_APP: 'notify.channel.inApp',
  EMAIL: 'notify.channel.email',
  DISCORD: 'notify.channel.discord',
  SIGNAL: 'notify.channel.signal',
  WEBHOOK: 'notify.channel.webhook',
} as const satisfies Record<Channel, string>;
