import type { CliCommand } from '../../kernel/command.js';
import { DeliveryListing } from './delivery-listing.js';
import type { ListedDelivery } from './delivery-listing.js';
import { deliveryViewOf } from './delivery.mapper.js';
import { Redeliveries } from './redeliveries.js';

export const deliveryCommands: readonly CliCommand[] = [
  {
    path: ['delivery', 'list'],
    summary: 'What was sent where, newest first.',
    options: [
      { flags: '--failed', description: 'only what was given up' },
      { flags: '-u, --username <name>', description: 'only this user’s' },
    ],
    examples: ['gatehouse delivery list --failed'],
    async run({ viewer, options, get }) {
      const { nodes } = await get(DeliveryListing).adminPage(viewer, {
        first: 100,
        status: options['failed'] ? 'FAILED' : null,
        username: typeof options['username'] === 'string' ? options['username'] : null,
      });
      return { json: nodes.map(told), text: nodes.map(line).join('\n') || 'There are none.' };
    },
  },
  {
    path: ['delivery', 'redeliver'],
    summary: 'Send one again.',
    operands: '<id>',
    examples: ['gatehouse delivery redeliver 0197a3c0-0000-7000-8000-000000000001'],
    async run({ viewer, operands, get }) {
      const row = await get(Redeliveries).redeliver(viewer, operands[0] ?? '');
      return { json: told(row), text: `${row.channel} to ${row.target} is queued again.` };
    },
  },
];

function told(row: ListedDelivery) {
  const { accountId, messageId, ...shown } = deliveryViewOf(row, 'EN');
  return { ...shown, userId: accountId, notificationId: messageId };
}

function line(row: ListedDelivery): string {
  const { reason } = deliveryViewOf(row, 'EN');
  const head = `${row.created_at.toISOString()}  ${row.id}  ${row.status.padEnd(10)} ${row.channel.padEnd(7)}`;
  return `${head} ${row.type}  ${row.target}${reason ? `  (${reason})` : ''}`;
}
