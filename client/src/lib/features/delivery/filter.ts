import type {
  Channel,
  DeliveriesQueryVariables,
  DeliveryStatus,
} from '../../graphql/generated/documents.ts';

/** As it stands in a page's address; an empty text is no filter. */
export interface DeliveryFilter {
  readonly channel: Channel | '';
  readonly status: DeliveryStatus | '';
  readonly type: string;
  readonly webhook: string;
}

export const channels = ['EMAIL', 'DISCORD', 'SIGNAL', 'WEBHOOK'] as const;
export const statuses = ['PENDING', 'SENT', 'RETRYING', 'FAILED', 'SUPPRESSED'] as const;
export const noFilter: DeliveryFilter = { channel: '', status: '', type: '', webhook: '' };
const pageSize = 20;
const anId = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

export function filterOf(parameters: URLSearchParams): DeliveryFilter {
  const read = (name: string) => (parameters.get(name) ?? '').trim().slice(0, 100);
  const known = <Value extends string>(all: readonly Value[], name: string): Value | '' =>
    all.find((one) => one === read(name).toUpperCase()) ?? '';
  const webhook = read('webhook').toLowerCase();
  return {
    channel: known(channels, 'channel'),
    status: known(statuses, 'status'),
    type: read('type'),
    webhook: anId.test(webhook) ? webhook : '',
  };
}

/** `?status=failed`, or nothing. */
export function addressOf(filter: DeliveryFilter): string {
  const parameters = new URLSearchParams();
  if (filter.channel) parameters.set('channel', filter.channel.toLowerCase());
  if (filter.status) parameters.set('status', filter.status.toLowerCase());
  if (filter.type) parameters.set('type', filter.type);
  if (filter.webhook) parameters.set('webhook', filter.webhook);
  const text = parameters.toString();
  return text ? `?${text}` : '';
}

export const isFiltered = (filter: DeliveryFilter) => addressOf(filter) !== '';

/** For a page's `load` and for the list: the same, so that what was loaded is found. */
export function deliveryVariables(filter: DeliveryFilter): DeliveriesQueryVariables {
  return {
    first: pageSize,
    after: null,
    channel: filter.channel || null,
    status: filter.status || null,
    type: filter.type || null,
    webhookId: filter.webhook || null,
  };
}
