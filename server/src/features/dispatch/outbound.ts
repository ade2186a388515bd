import { messagesOf, render } from '../notification/notification-types.js';
import type { OutboundMessage } from '../delivery/channel.js';
import type { CarriedRow, DeliveryRow } from './delivery-row.js';

export interface FromSite {
  readonly siteName: string;
  readonly publicUrl: string;
}

/** What of a delivery makes up its words. */
export type Worded = Pick<
  DeliveryRow,
  | 'id'
  | 'message_id'
  | 'mail_sealed'
  | 'type'
  | 'severity'
  | 'texts'
  | 'url'
  | 'data'
  | 'said_at'
  | 'created_at'
  | 'locale'
  | 'time_zone'
>;

/** Titles in a message that stands for many. */
const mostTitles = 20;

/** What a channel is handed, in the language and zone of whom it is for. */
export function outboundOf(row: Worded, site: FromSite): OutboundMessage {
  const { locale } = row;
  return {
    id: row.id,
    type: row.type,
    severity: row.severity ?? 'INFO',
    ...textOf(row, site),
    url: row.url === null ? null : new URL(row.url, site.publicUrl).href,
    data: row.data ?? {},
    createdAt: row.said_at ?? row.created_at,
    locale,
    timeZone: row.time_zone,
    siteName: site.siteName,
  };
}

/** One message for all that were held: the inbox keeps each. */
export function outboundOfMany(
  row: DeliveryRow,
  carried: readonly CarriedRow[],
  name: string,
  site: FromSite,
): OutboundMessage {
  const say = messagesOf[row.locale];
  const all = [{ ...row, created_at: row.said_at ?? row.created_at }, ...carried]
    .sort((a, b) => a.created_at.getTime() - b.created_at.getTime())
    .map((each) => ({
      ...render({ type: row.type, texts: each.texts, data: each.data }, row.locale),
      url: each.url,
      data: each.data,
    }));
  const shown = all.slice(0, mostTitles).map(({ title }) => `• ${title}`);
  const more = all.length - shown.length;
  if (more > 0) shown.push(say['delivery.many.more']({ count: more }));
  return {
    ...outboundOf(row, site),
    title: say['delivery.many.title']({ count: all.length, name }),
    body: shown.join('\n'),
    url: new URL('/notifications', site.publicUrl).href,
    data: { notifications: all },
  };
}

function textOf(row: Worded, { siteName }: FromSite): { title: string; body: string } {
  const say = messagesOf[row.locale];
  if (row.mail_sealed) return { title: '', body: '' };
  if (row.message_id === null) {
    return { title: say['delivery.test.title']({ siteName }), body: say['delivery.test.body']() };
  }
  return render({ type: row.type, texts: row.texts, data: row.data }, row.locale);
}
