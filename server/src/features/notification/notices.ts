import type { Channel } from '../../kernel/schema/enums.js';
import type { Kernel } from '../../kernel/feature.js';
import { newId } from '../../kernel/id.js';
import type { Locale } from '../../kernel/access/viewer.js';
import type { Outcome } from './idempotency.js';
import { fill } from './known-types.js';
import type { KnownType, KnownTypes } from './known-types.js';
import type { SeverityName, Text } from './notification-types.js';

/** Live topic: inboxes changed. `{ accountIds }`; null is everyone's. */
export const inboxChanged = 'inbox';

/** More than this are not named one by one in a live hint. */
const mostNamed = 100;
/** People a statement: a few hundred milliseconds, far from the ten seconds that one may take. */
const usualBatch = 25_000;

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
 * (of very many in a few), together with the hint that lets open pages show it.
 */
export class Notices {
  #carrier: Carrier | null = null;

  constructor(
    private readonly kernel: Kernel,
    private readonly types: KnownTypes,
    private readonly batch = usualBatch,
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
    const { audience, activityId = null, without = [] } = notice;
    const values = [
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
    ];
    return database.transaction(async () => {
      const recipients = await this.#write(type, audience, values);
      const named = 'accountIds' in audience && audience.accountIds.length <= mostNamed;
      await live.publish(inboxChanged, { accountIds: named ? [...audience.accountIds] : null });
      const said = { messageId: id, type, severity, audience, recipients, activityId, without };
      await this.#carrier?.carry(said);
      return { messageId: id, recipients };
    });
  }

  /**
   * All at once, for as many as a statement may take; of more, batch after batch.
   * @param values of the message's columns, its id first
   * @returns how many were meant, whether they want it in the inbox or not
   */
  async #write(type: KnownType, audience: Audience, values: readonly unknown[]): Promise<number> {
    const { batch } = this;
    const { database } = this.kernel;
    const inbox = type.channels.includes('IN_APP');
    const [where, given] = conditionOf(audience, values.length + 1);
    const statement = sayAndTell(peopleWhere(where, inbox, batch));
    const [first] = await database.query<Batch>(statement, [...values, ...given]);
    let { count, last } = first!;
    let recipients = count;
    while (count === batch) {
      const [further, more] = conditionOf(audience, 4);
      const rest = peopleWhere(`${further} and account.id > $3`, inbox, batch);
      const known = [values[0], type.key, last, ...more];
      [{ count, last }] = (await database.query<Batch>(tellMore(rest), known)) as [Batch];
      recipients += count;
    }
    if (recipients > batch) {
      const counted = [values[0], recipients];
      await database.query('update message set recipients = $2 where id = $1', counted);
    }
    return recipients;
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

interface Batch {
  readonly count: number;
  /** The greatest id of the batch. */
  readonly last: string | null;
}

/** The inbox is on or off by the person's choice, else by the type, which is `$2`. */
const peopleWhere = (where: string, inbox: boolean, most: number) => `
  people as materialized (
    select account.id, coalesce(p.enabled, ${inbox}) as inbox
    from account left join preference p
      on p.account_id = account.id and p.type = $2 and p.channel = 'IN_APP'
    where ${where} order by account.id limit ${most}
  )`;

const ofBatch = `(select count(*)::int from people) as count,
  (select id from people order by id desc limit 1) as last`;

const sayAndTell = (people: string) => `
  with ${people}, said as (
    insert into message (id, type, category, severity, texts, url, data, sender_id, broadcast,
      created_at, recipients)
    select $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, count(*) from people
    returning id, created_at
  ), heard as (
    insert into notification (account_id, message_id, arrived)
    select people.id, said.id, said.created_at from people, said where people.inbox
  )
  select ${ofBatch}`;

const tellMore = (people: string) => `
  with ${people}, heard as (
    insert into notification (account_id, message_id, arrived)
    select people.id, m.id, m.created_at from people, message m where m.id = $1 and people.inbox
  )
  select ${ofBatch}`;

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
