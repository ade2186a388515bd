import type { Sealed } from '../../kernel/crypto/seal.js';
import type { Locale } from '../../kernel/viewer.js';
import type { SeverityName, Text } from '../notification/notification-types.js';
import type { ChannelName } from './channel.js';

/** A delivery with everything that a try needs to know. */
export interface DeliveryRow {
  readonly id: string;
  readonly account_id: string;
  readonly message_id: string | null;
  readonly mail_sealed: Sealed | null;
  readonly type: string;
  readonly channel: ChannelName;
  readonly destination_id: string | null;
  readonly essential: boolean;
  readonly attempts: number;
  readonly attempts_before: number;
  readonly held: boolean;
  readonly carried_by: string | null;
  readonly created_at: Date;
  readonly next_attempt_at: Date;
  readonly username: string;
  readonly email: string;
  readonly locale: Locale;
  readonly time_zone: string;
  readonly account_disabled: boolean;
  readonly destination_sealed: Sealed | null;
  readonly destination_disabled: boolean;
  readonly paused_until: Date | null;
  /** Of the message; null for mails of their own and for tests. */
  readonly category: string | null;
  readonly severity: SeverityName | null;
  readonly texts: Partial<Record<Locale, Text>> | null;
  readonly url: string | null;
  readonly data: Record<string, unknown> | null;
  readonly said_at: Date | null;
}

/** `$1` the id. Nothing when it is no longer waiting. */
export const readDelivery = `
  select d.id, d.account_id, d.message_id, d.mail_sealed, d.type, d.channel, d.destination_id,
    d.essential, d.attempts, d.attempts_before, d.held, d.carried_by, d.created_at, d.next_attempt_at,
    a.username, a.email, a.locale, a.time_zone, a.disabled_at is not null as account_disabled,
    t.sealed as destination_sealed, t.disabled_at is not null as destination_disabled,
    p.until as paused_until,
    m.category, m.severity, m.texts, m.url, m.data, m.created_at as said_at
  from delivery d join account a on a.id = d.account_id
    left join destination t on t.id = d.destination_id
    left join channel_pause p on p.channel = d.channel
    left join message m on m.id = d.message_id
  where d.id = $1 and d.next_attempt_at is not null`;
