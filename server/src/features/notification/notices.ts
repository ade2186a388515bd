import type { Channel } from '../../kernel/enums.js';
import type { Kernel } from '../../kernel/feature.js';
import { newId } from '../../kernel/id.js';
import type { Locale } from '../../kernel/viewer.js';
import type { Outcome } from './idempotency.js';
import { fill } from './known-types.js';
import type { KnownType, KnownTypes } from './known-types.js';
import type { SeverityName, Text } from './notification-types.js';

/** Live topic: inboxes changed. `{ accountIds }`; null is everyone's. */
export const inboxChanged = 'inbox';

/** More than this are not named one by one in a live hint. */
const mostNamed = 100;

export type Audience =
  | { readonly everyone: true }
  | { readonly role: 'USER' | 'ADMIN' }
  /** Administrators who hold it. */
  | { readonly permission: string }
  | { readonly accountIds: readonly string[] };

export interface Notice {
  readonly type: string;
  readonly audience: Audience;
  /** Null: the type's own text, filled from `data`. */
  readonly texts: Partial<Record<Locale, Text>> | null;
  readonly severity?: SeverityName | null;
  readonly url?: string | null;
  readonly data?: Record<string, unknown> | null;
  readonly senderId?: string | null;
  readonly broadcast?: boolean;
  /** What it tells of, for the log of what happened. */
  readonly activityId?: string | null;
  /** Channels it must not take, as the one whose failing it tells of. */
  readonly without?: readonly Exclude<keyof typeof Channel, 'IN_APP'>[];
}

/** A message that was just written, in the transaction that wrote it. */
export interface Said {
  readonly messageId: string;
  readonly type: KnownType;
  readonly severity: SeverityName;
  readonly audience: Audience;
  readonly recipients: number;
  readonly activityId: string | null;
  readonly without: NonNullable<Notice['without']>;
}

/** Who carries messages beyond the inbox; the room above registers it. */
export interface Carrier {
  carry(said: Said): Promise<void>;
}

/**
 * Telling people: one row for what is said and a narrow row for each who hears it, in one statement
 * whatever their number, together with the hint that lets open pages show it.
 */
export class Notices {
  #carrier: Carrier | null = null;

  constructor(
    private readonly kernel: Kernel,
    private readonly types: KnownTypes,
  ) {}

  carriedBy(carrier: Carrier): void {
    this.#carrier = carrier;
  }

  async send(notice: Notice): Promise<Outcome> {
    const { database, clock, live } = this.kernel;
    const type = await this.types.get(notice.type);
    const id = newId();
    const severity = notice.severity ?? type.severity;
    const data = notice.data ?? {};
    const texts = notice.texts ?? (type.texts && fill(type.texts, data));
    const [where, parameters] = conditionOf(notice.audience, 11);
    return database.transaction(async () => {
      const rows = await database.query<{ recipients: number }>(
        `with said as (
           insert into message (id, type, category, severity, texts, url, data, sender_id, broadcast,
             created_at, recipients)
           select $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, count(*) from account where ${where}
           returning id, created_at, recipients
         ), heard as (
           insert into notification (account_id, message_id, arrived)
           select account.id, said.id, said.created_at from account, said
           where ${where} and ${wantsInbox(type)}
         )
         select recipients from said`,
        [
          id,
          type.key,
          type.category,
          severity,
          texts && JSON.stringify(texts),
          notice.url ?? null,
          JSON.stringify(data),
          notice.senderId ?? null,
          notice.broadcast ?? false,
          clock.now(),
          ...parameters,
        ],
      );
      const { recipients } = rows[0]!;
      const { audience, activityId = null, without = [] } = notice;
      const named = 'accountIds' in audience && audience.accountIds.length <= mostNamed;
      await live.publish(inboxChanged, { accountIds: named ? [...audience.accountIds] : null });
      const said = { messageId: id, type, severity, audience, recipients, activityId, without };
      await this.#carrier?.carry(said);
      return { messageId: id, recipients };
    });
  }

  /** How many a message would reach now. */
  async count(audience: Audience): Promise<number> {
    const [where, parameters] = conditionOf(audience, 1);
    const rows = await this.kernel.database.query<{ recipients: number }>(
      `select count(*)::int as recipients from account where ${where}`,
      parameters,
    );
    return rows[0]!.recipients;
  }
}

/** The inbox is on or off by the person's choice, else by the type; in the statement, for all at once. `$2` is the type. */
function wantsInbox(type: KnownType): string {
  const chosen = (enabled: boolean) => `exists (select 1 from preference p
    where p.account_id = account.id and p.type = $2 and p.channel = 'IN_APP' and p.enabled = ${enabled})`;
  return type.channels.includes('IN_APP') ? `not ${chosen(false)}` : chosen(true);
}

/** Accounts of an audience, with its parameters from this position on. */
export function conditionOf(audience: Audience, position: number): [string, unknown[]] {
  const enabled = 'account.disabled_at is null';
  if ('everyone' in audience) return [enabled, []];
  if ('role' in audience) return [`${enabled} and account.role = $${position}`, [audience.role]];
  if ('permission' in audience) {
    const holds = `account.role = 'ADMIN' and $${position} = any(account.permissions)`;
    return [`${enabled} and ${holds}`, [audience.permission]];
  }
  return [`${enabled} and account.id = any($${position})`, [audience.accountIds]];
}
