import type { Sealed } from '../../kernel/crypto/seal.js';
import type { Locale } from '../../kernel/access/viewer.js';
import type { SeverityName, Text } from '../notification/notification-types.js';
import type { ChannelName } from '../delivery/channel.js';

/** A delivery with everything that a try needs to know. */
export interface DeliveryRow {
  readonly id: string;
  readonly account_id: string;
  readonly message_id: string | null;
  readonly mail_sealed: Sealed | null;
  readonly type: string;
  readonly channel: ChannelName;
  readonly destination_id: string | null;
  readonly target: string;
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
  readonly quiet_from: string | null;
  readonly quiet_to: string | null;
  readonly destination_disabled: boolean;
  readonly destination_failing_since: Date | null;
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
  select d.id, d.account_id, d.message_id, d.mail_sealed, d.type, d.channel, d.destination_id, d.target,
    d.essential, d.attempts, d.attempts_before, d.held, d.carried_by, d.created_at, d.next_attempt_at,
    a.username, a.email, a.locale, a.time_zone, a.disabled_at is not null as account_disabled,
    q.from_time as quiet_from, q.to_time as quiet_to,
    t.disabled_at is not null as destination_disabled, t.failing_since as destination_failing_since,
    p.until as paused_until,
    m.category, m.severity, m.texts, m.url, m.data, m.created_at as said_at
  from delivery d join account a on a.id = d.account_id
    left join quiet_hours q on q.account_id = d.account_id
    left join destination t on t.id = d.destination_id
    left join channel_pause p on p.channel = d.channel
    left join message m on m.id = d.message_id
  where d.id = $1 and d.next_attempt_at is not null`;

export interface CarriedRow {
  readonly texts: Partial<Record<Locale, Text>> | null;
  readonly data: Record<string, unknown>;
  readonly url: string | null;
  readonly created_at: Date;
}

/** What leaves together with the delivery `$1`, oldest first. */
export const readCarried = `
  select m.texts, m.data, m.url, m.created_at from delivery d join message m on m.id = d.message_id
  where d.carried_by = $1 order by m.created_at, m.id`;

/** Where the account `$1` wants mails of the category `$2`. */
export const readAddress = `
  select coalesce(
    (select n.email from notification_email n where n.account_id = a.id and n.category in ('', $2)
       and n.email is not null order by n.category desc limit 1), a.email) as email
  from account a where a.id = $1`;
