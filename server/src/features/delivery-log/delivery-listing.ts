import type { Channel } from '../../kernel/schema/enums.js';
import { refuse } from '../../kernel/errors.js';
import type { Kernel } from '../../kernel/feature.js';
import { isId } from '../../kernel/id.js';
import { checkFirst, decodeCursor, pageOf } from '../../kernel/page/page.js';
import type { Page } from '../../kernel/page/page.js';
import { requirePermission } from '../../kernel/access/viewer.js';
import type { Viewer } from '../../kernel/access/viewer.js';

export type DeliveryStatusName = 'PENDING' | 'SENT' | 'RETRYING' | 'FAILED' | 'SUPPRESSED';

export interface ListedDelivery {
  readonly id: string;
  readonly account_id: string;
  readonly message_id: string | null;
  readonly activity_id: string | null;
  readonly channel: keyof typeof Channel;
  readonly type: string;
  readonly target: string;
  readonly status: DeliveryStatusName;
  readonly attempts: number;
  readonly created_at: Date;
  readonly sent_at: Date | null;
  readonly next_attempt_at: Date | null;
  readonly reason_code: string | null;
  readonly reason_text: string | null;
  readonly destination_id: string | null;
}

export interface ListedTry {
  readonly deliveryId: string;
  readonly at: Date;
  readonly durationMs: number;
  readonly ok: boolean;
  readonly statusCode: number | null;
  readonly request: string | null;
  readonly response: string | null;
  readonly error: string | null;
}

export interface DeliveryQuery {
  readonly first: number;
  readonly after?: string | null;
  readonly channel?: keyof typeof Channel | null;
  readonly status?: DeliveryStatusName | null;
  readonly webhookId?: string | null;
  readonly type?: string | null;
}

export interface AdminDeliveryQuery extends DeliveryQuery {
  readonly username?: string | null;
  readonly since?: Date | null;
}

const columns = `d.id, d.account_id, d.message_id, d.activity_id, d.channel, d.type, d.target, d.status,
  d.attempts, d.created_at, d.sent_at, d.next_attempt_at, d.reason_code, d.reason_text, d.destination_id`;

/** What was sent where, and how it went. */
export class DeliveryListing {
  constructor(private readonly kernel: Kernel) {}

  /** Newest first; of one account. */
  page(accountId: string, query: DeliveryQuery): Promise<Page<ListedDelivery>> {
    return this.#page(query, accountId);
  }

  /** Everybody's. @throws FORBIDDEN without admin.notifications */
  adminPage(viewer: Viewer, query: AdminDeliveryQuery): Promise<Page<ListedDelivery>> {
    requirePermission(viewer, 'admin.notifications');
    return this.#page(query, null);
  }

  async find(id: string): Promise<ListedDelivery | null> {
    if (!isId(id)) return null;
    const [row] = await this.kernel.database.query<ListedDelivery>(
      `select ${columns} from delivery d where d.id = $1`,
      [id],
    );
    return row ?? null;
  }

  /** The newest to each of these destinations. */
  lastTo(destinationIds: readonly string[]): Promise<ListedDelivery[]> {
    return this.kernel.database.query<ListedDelivery>(
      `select d.* from unnest($1::uuid[]) as w (id) cross join lateral (
         select ${columns} from delivery d where d.destination_id = w.id
         order by d.created_at desc, d.id desc limit 1) d`,
      [destinationIds],
    );
  }

  /** Of these messages to one account, with the mails about what happened that the messages tell of. */
  ofMessages(
    accountId: string,
    messageIds: readonly string[],
    activityIds: readonly string[],
  ): Promise<ListedDelivery[]> {
    return this.kernel.database.query<ListedDelivery>(
      `select ${columns} from delivery d where d.account_id = $1 and d.message_id = any($2)
       union select ${columns} from delivery d where d.account_id = $1 and d.activity_id = any($3)
       order by created_at, id`,
      [accountId, messageIds, activityIds],
    );
  }

  ofActivities(ids: readonly string[]): Promise<ListedDelivery[]> {
    return this.kernel.database.query<ListedDelivery>(
      `select ${columns} from delivery d where d.activity_id = any($1) order by d.created_at, d.id`,
      [ids],
    );
  }

  /** Messages whose recipients are still being gone through. */
  async unrouted(messageIds: readonly string[]): Promise<Set<string>> {
    const rows = await this.kernel.database.query<{ key: string }>(
      'select key from graphile_worker.jobs where key = any($1)',
      [messageIds.map((id) => `route:${id}`)],
    );
    return new Set(rows.map(({ key }) => key.slice('route:'.length)));
  }

  async tries(ids: readonly string[]): Promise<ListedTry[]> {
    return this.kernel.database.query<ListedTry>(
      `select delivery_id as "deliveryId", at, duration_ms as "durationMs", ok, status_code as "statusCode",
         request, response, error
       from delivery_try where delivery_id = any($1) order by delivery_id, number desc`,
      [ids],
    );
  }

  /** By the id of their accounts. */
  async usernames(accountIds: readonly string[]): Promise<Map<string, string>> {
    const rows = await this.kernel.database.query<{ id: string; username: string }>(
      'select id, username from account where id = any($1)',
      [accountIds],
    );
    return new Map(rows.map(({ id, username }) => [id, username]));
  }

  async #page(query: AdminDeliveryQuery, accountId: string | null): Promise<Page<ListedDelivery>> {
    const first = checkFirst(query.first);
    const [where, values] = conditionOf(query, accountId);
    const rows = await this.kernel.database.query<ListedDelivery>(
      `select ${columns} from delivery d where ${where}
       order by d.created_at desc, d.id desc limit ${first + 1}`,
      values,
    );
    return pageOf(rows, first, (row) => [row.created_at.toISOString(), row.id]);
  }
}

function conditionOf(query: AdminDeliveryQuery, accountId: string | null): [string, unknown[]] {
  const conditions = ['true'];
  const values: unknown[] = [];
  const add = (condition: (value: string) => string, value: unknown) =>
    void conditions.push(condition(`$${values.push(value)}`));
  if (accountId !== null) add((value) => `d.account_id = ${value}`, accountId);
  if (query.channel) add((value) => `d.channel = ${value}`, query.channel);
  if (query.status) add((value) => `d.status = ${value}`, query.status);
  if (query.type) {
    if (!query.type.isWellFormed() || query.type.includes('\0')) return ['false', []];
    add((value) => `d.type = ${value}`, query.type);
  }
  if (query.webhookId) {
    if (!isId(query.webhookId)) {
      refuse('BAD_USER_INPUT', 'This is not a webhook’s id.', { field: 'webhookId' });
    }
    add((value) => `d.destination_id = ${value}`, query.webhookId);
  }
  if (query.since) add((value) => `d.created_at >= ${value}`, query.since);
  if (query.username) {
    const name = query.username.trim().toLowerCase().replaceAll('\0', '').toWellFormed();
    add((value) => `d.account_id = (select id from account where username = ${value})`, name);
  }
  if (query.after) {
    const [at, id] = decodeCursor(query.after, ['instant', 'id']);
    conditions.push(
      `(d.created_at, d.id) < ($${values.push(at)}::timestamptz, $${values.push(id)}::uuid)`,
    );
  }
  return [conditions.join(' and '), values];
}
