import type { CliAnswer, CliCall, CliCommand } from '../../kernel/command.js';
import { Channel } from '../../kernel/schema/enums.js';
import { refuse } from '../../kernel/errors.js';
import { readInstant } from '../../kernel/text/time-input.js';
import { DeliveryListing } from './delivery-listing.js';
import type { AdminDeliveryQuery, ListedDelivery } from './delivery-listing.js';
import { deliveryViewOf } from './delivery.mapper.js';
import { Redeliveries } from './redeliveries.js';

const channelOption = {
  flags: '--channel <channel>',
  description: 'email, discord, signal or webhook',
};
const mostListed = 1_000;

export const deliveryCommands: readonly CliCommand[] = [
  {
    path: ['delivery', 'list'],
    summary: 'what was sent where, newest first, at most a thousand',
    options: [
      { flags: '--failed', description: 'only what was given up' },
      { flags: '-u, --username <name>', description: 'only this user’s' },
      channelOption,
      { flags: '--since <instant>', description: 'not before: 2h, 7d, 2026-03-01' },
    ],
    examples: [
      'gatehouse delivery list --failed',
      'gatehouse delivery list -u ada --channel email --since 7d --json',
    ],
    run: list,
  },
  {
    path: ['delivery', 'redeliver'],
    summary: 'send one again by its id, or with --failed all that was given up since a time',
    operands: '[id]',
    options: [
      { flags: '--failed', description: 'all that was given up' },
      { flags: '--since <instant>', description: 'of --failed, from when: 2h, 7d, 2026-03-01' },
      channelOption,
    ],
    examples: [
      'gatehouse delivery redeliver 0197a3c0-0000-7000-8000-000000000001',
      'gatehouse delivery redeliver --failed --since 2h --channel email',
    ],
    run: (call) => (call.options['failed'] ? redeliverFailed(call) : redeliver(call)),
  },
];

async function list({ viewer, options, get }: CliCall): Promise<CliAnswer> {
  const listing = get(DeliveryListing);
  const query: AdminDeliveryQuery = {
    first: 100,
    status: options['failed'] ? 'FAILED' : null,
    username: textOf(options['username']),
    channel: channelOf(options['channel']),
    since: sinceOf(options['since']),
  };
  const all: ListedDelivery[] = [];
  let after: string | null = null;
  do {
    const page = await listing.adminPage(viewer, { ...query, after });
    all.push(...page.nodes);
    after = page.pageInfo.hasNextPage ? page.pageInfo.endCursor : null;
  } while (after !== null && all.length < mostListed);
  return { json: all.map(told), text: all.map(line).join('\n') || 'There are none.' };
}

async function redeliver({ viewer, operands, options, get }: CliCall): Promise<CliAnswer> {
  const [id] = operands;
  if (id === undefined || options['since'] !== undefined || options['channel'] !== undefined) {
    refuse('BAD_USER_INPUT', 'Give an id, or --failed with --since.', { field: 'id' });
  }
  const row = await get(Redeliveries).redeliver(viewer, id);
  return { json: told(row), text: `${row.channel} to ${row.target} is queued again.` };
}

async function redeliverFailed({ viewer, operands, options, get }: CliCall): Promise<CliAnswer> {
  const since = sinceOf(options['since']);
  if (operands.length > 0 || since === null) {
    refuse('BAD_USER_INPUT', 'With --failed say --since when, and no id.', { field: 'since' });
  }
  const channel = channelOf(options['channel']);
  const count = await get(Redeliveries).redeliverFailed(viewer, since, channel);
  const what = count === 1 ? '1 delivery is' : `${count} deliveries are`;
  return { json: { count, since, channel }, text: `${what} queued again.` };
}

const textOf = (value: string | boolean | undefined) => (typeof value === 'string' ? value : null);

function sinceOf(value: string | boolean | undefined): Date | null {
  const text = textOf(value);
  return text === null ? null : readInstant(text, 'since', new Date());
}

function channelOf(value: string | boolean | undefined): keyof typeof Channel | null {
  const text = textOf(value);
  if (text === null) return null;
  const name = text.toUpperCase();
  if (name !== 'IN_APP' && Object.hasOwn(Channel, name)) return name as keyof typeof Channel;
  return refuse('BAD_USER_INPUT', 'A channel is email, discord, signal or webhook.', {
    field: 'channel',
  });
}

function told(row: ListedDelivery) {
  const { accountId, messageId, ...shown } = deliveryViewOf(row, 'EN');
  return { ...shown, userId: accountId, notificationId: messageId };
}

function line(row: ListedDelivery): string {
  const { reason } = deliveryViewOf(row, 'EN');
  const head = `${row.created_at.toISOString()}  ${row.id}  ${row.status.padEnd(10)} ${row.channel.padEnd(7)}`;
  return `${head} ${row.type}  ${row.target}${reason ? `  (${reason})` : ''}`;
}
