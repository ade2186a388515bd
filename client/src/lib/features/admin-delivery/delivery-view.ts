import type {
  AllDeliveriesQueryVariables,
  Channel,
  DeliveryStatus,
} from '../../graphql/generated/documents.ts';
import { isDay, startOfDay } from '../../text/days.ts';
import { searchWords } from '../../text/search-words.ts';

/** Which deliveries are looked at: all of it stands in the page's address. */
export interface DeliveryView {
  readonly status: DeliveryStatus | null;
  readonly channel: Channel | null;
  readonly username: string;
  /** A day of the reader's zone; empty: from the first. */
  readonly since: string;
  /** Where each page begins that was turned, the present one last. */
  readonly turned: readonly string[];
}

export const statuses = ['FAILED', 'RETRYING', 'PENDING', 'SENT', 'SUPPRESSED'] as const;
/** Those that go anywhere; what is in the inbox is there. */
export const outward = ['EMAIL', 'DISCORD', 'SIGNAL', 'WEBHOOK'] as const;
export const everything: DeliveryView = {
  status: null,
  channel: null,
  username: '',
  since: '',
  turned: [],
};

const pageSize = 20;
const oneOf = <Value extends string>(all: readonly Value[], value: string | null): Value | null =>
  all.find((one) => one === value) ?? null;

export function readDeliveryView(parameters: URLSearchParams): DeliveryView {
  const since = parameters.get('since') ?? '';
  return {
    status: oneOf(statuses, parameters.get('status')),
    channel: oneOf(outward, parameters.get('channel')),
    username: searchWords(parameters.get('username') ?? ''),
    since: isDay(since) ? since : '',
    turned: parameters.getAll('after'),
  };
}

/** What differs from a first look, as a query; empty when nothing does. */
export function writeDeliveryView({ status, channel, username, since, turned }: DeliveryView) {
  const parameters = new URLSearchParams();
  if (status) parameters.set('status', status);
  if (channel) parameters.set('channel', channel);
  if (searchWords(username)) parameters.set('username', searchWords(username));
  if (since) parameters.set('since', since);
  for (const after of turned) parameters.append('after', after);
  const query = parameters.toString();
  return query ? `?${query}` : '';
}

export const isNarrowed = (view: DeliveryView) => writeDeliveryView({ ...view, turned: [] }) !== '';

/** For a page's `load` and for the list: the same, so that what was loaded is found. */
export function deliveryVariables(view: DeliveryView, zone: string): AllDeliveriesQueryVariables {
  return {
    first: pageSize,
    after: view.turned.at(-1) ?? null,
    status: view.status,
    channel: view.channel,
    username: searchWords(view.username) || null,
    since: view.since ? startOfDay(view.since, zone, 0) : null,
  };
}
