import { render } from '../notification/notification-types.js';
import type { OutboundMessage } from './channel.js';
import type { DeliveryRow } from './delivery-row.js';

export interface FromSite {
  readonly siteName: string;
  readonly publicUrl: string;
}

/** What a channel is handed, in the language and zone of whom it is for. */
export function outboundOf(row: DeliveryRow, site: FromSite): OutboundMessage {
  const { locale } = row;
  const said = { type: row.type, texts: row.texts, data: row.data };
  const { title, body } = row.mail_sealed ? { title: '', body: '' } : render(said, locale);
  return {
    id: row.id,
    type: row.type,
    severity: row.severity ?? 'INFO',
    title,
    body,
    url: row.url === null ? null : new URL(row.url, site.publicUrl).href,
    data: row.data ?? {},
    createdAt: row.said_at ?? row.created_at,
    locale,
    timeZone: row.time_zone,
    siteName: site.siteName,
  };
}
