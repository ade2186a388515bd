import type { Kernel } from '../../kernel/feature.js';
import { newId } from '../../kernel/id.js';
import type { Locale } from '../../kernel/viewer.js';
import type { Outcome } from './idempotency.js';
import { typeOf } from './notification-types.js';
import type { SeverityName, Text } from './notification-types.js';

/** Live topic: inboxes changed. `{ accountIds }`; null is everyone's. */
export const inboxChanged = 'inbox';

/** More than this are not named one by one in a live hint. */
const mostNamed = 100;

export type Audience =
  | { readonly everyone: true }
  | { readonly role: 'USER' | 'ADMIN' }
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
}

/**
 * Telling people: one row for what is said and a narrow row for each who hears it, in one statement
 * whatever their number, together with the hint that lets open pages show it.
 */
export class Notices {
  constructor(private readonly kernel: Kernel) {}

  send(notice: Notice): Promise<Outcome> {
    const { database, clock, live } = this.kernel;
    const type = typeOf(notice.type);
    const id = newId();
    const [where, parameters] = conditionOf(notice.audience, 11);
    return database.transaction(async () => {
      const rows = await database.query<{ recipients: number }>(
        `with said as (
           insert into message (id, type, category, severity, texts, url, data, sender_id, broadcast, created_at)
           values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
           returning id, created_at
         ), heard as (
           insert into notification (account_id, message_id, arrived)
           select account.id, said.id, said.created_at from account, said where ${where}
           returning 1
         )
         select count(*)::int as recipients from heard`,
        [
          id,
          type.key,
          type.category,
          notice.severity ?? type.severity,
          notice.texts && JSON.stringify(notice.texts),
          notice.url ?? null,
          JSON.stringify(notice.data ?? {}),
          notice.senderId ?? null,
          notice.broadcast ?? false,
          clock.now(),
          ...parameters,
        ],
      );
      const recipients = rows[0]!.recipients;
      await database.query('update message set recipients = $2 where id = $1', [id, recipients]);
      const { audience } = notice;
      const named = 'accountIds' in audience && audience.accountIds.length <= mostNamed;
      await live.publish(inboxChanged, { accountIds: named ? [...audience.accountIds] : null });
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

function conditionOf(audience: Audience, position: number): [string, unknown[]] {
  const enabled = 'account.disabled_at is null';
  if ('everyone' in audience) return [enabled, []];
  if ('role' in audience) return [`${enabled} and account.role = $${position}`, [audience.role]];
  return [`${enabled} and account.id = any($${position})`, [audience.accountIds]];
}
