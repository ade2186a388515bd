import type { Sealed } from '../../kernel/crypto/seal.js';
import type { Kernel } from '../../kernel/feature.js';
import { newId } from '../../kernel/id.js';
import type { ChannelName } from './channel.js';

export interface NewDestination {
  readonly accountId: string;
  readonly channel: Exclude<ChannelName, 'EMAIL'>;
  /** The way within the channel, `webhook` or `bot`: one of each, but for webhooks. */
  readonly kind: string;
  /** Of several ways the lowest in force is used. */
  readonly rank?: number;
  /** Masked. */
  readonly target: string;
  /** As JSON what the channel's `send` is given; kept sealed. */
  readonly value: unknown;
  /** Webhooks alone: keys of types, or `*`. */
  readonly events?: readonly string[];
}

export interface Destination {
  readonly id: string;
  readonly accountId: string;
  readonly channel: ChannelName;
  readonly kind: string;
  readonly target: string;
  readonly events: readonly string[] | null;
  readonly createdAt: Date;
  /** Null: in force. */
  readonly disabledAt: Date | null;
  /** Why Gatehouse itself switched it off. */
  readonly disabledReason: string | null;
}

const columns = `id, account_id as "accountId", channel, kind, target, events, created_at as "createdAt",
  disabled_at as "disabledAt", disabled_reason as "disabledReason"`;
const purpose = (id: string) => `destination:${id}`;

/**
 * Where the channels reach people. Rooms that set channels up write here what is verified and in
 * force; nothing that waits for a proof does. All in the caller's transaction.
 */
export class Destinations {
  constructor(private readonly kernel: Kernel) {}

  /** Takes the place of the one of the same kind, if there is one. @returns its id */
  async put(destination: NewDestination): Promise<string> {
    const { database, clock, sealer } = this.kernel;
    const { accountId, channel, kind, rank = 0, target, value, events = null } = destination;
    if (channel !== 'WEBHOOK') await this.remove(accountId, channel, kind);
    const id = newId();
    await database.query(
      `insert into destination (id, account_id, channel, kind, rank, target, sealed, events, created_at)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
      [
        id,
        accountId,
        channel,
        kind,
        rank,
        target,
        sealer.seal(JSON.stringify(value), purpose(id)),
        events,
        clock.now(),
      ],
    );
    return id;
  }

  /** Another value of the same one, as a webhook's new secret. */
  async change(
    id: string,
    change: { target?: string; value?: unknown; events?: readonly string[] },
  ): Promise<void> {
    const { database, sealer } = this.kernel;
    const { target = null, value, events = null } = change;
    await database.query(
      `update destination set target = coalesce($2, target), sealed = coalesce($3, sealed),
         events = coalesce($4, events) where id = $1`,
      [
        id,
        target,
        value === undefined ? null : sealer.seal(JSON.stringify(value), purpose(id)),
        events,
      ],
    );
  }

  /** Off without a reason is the owner's own wish. On again forgets former failures. */
  async switch(id: string, on: boolean, reason: string | null = null): Promise<void> {
    await this.kernel.database.query(
      `update destination set failing_since = null, disabled_reason = case when $2 then null else $3 end,
         disabled_at = case when $2 then null else coalesce(disabled_at, $4) end where id = $1`,
      [id, on, reason, this.kernel.clock.now()],
    );
  }

  list(accountId: string, channel: ChannelName): Promise<Destination[]> {
    return this.kernel.database.query<Destination>(
      `select ${columns} from destination where account_id = $1 and channel = $2
       order by rank, created_at, id`,
      [accountId, channel],
    );
  }

  /** The same with what `put` or `change` was given last, which no list should tell. */
  async listOpen<Value>(
    accountId: string,
    channel: ChannelName,
  ): Promise<(Destination & { readonly value: Value })[]> {
    const rows = await this.kernel.database.query<Destination & { sealed: Sealed }>(
      `select ${columns}, sealed from destination where account_id = $1 and channel = $2
       order by rank, created_at, id`,
      [accountId, channel],
    );
    return rows.map(({ sealed, ...destination }) => {
      const value = JSON.parse(this.kernel.sealer.open(sealed, purpose(destination.id))) as Value;
      return { ...destination, value };
    });
  }

  async find(accountId: string, id: string): Promise<Destination | null> {
    const [row] = await this.kernel.database.query<Destination>(
      `select ${columns} from destination where account_id = $1 and id = $2`,
      [accountId, id],
    );
    return row ?? null;
  }

  async remove(accountId: string, channel: ChannelName, kind: string): Promise<boolean> {
    const gone = await this.kernel.database.query(
      `delete from destination where account_id = $1 and channel = $2 and kind = $3 returning id`,
      [accountId, channel, kind],
    );
    return gone.length > 0;
  }

  async removeById(accountId: string, id: string): Promise<boolean> {
    const gone = await this.kernel.database.query(
      'delete from destination where account_id = $1 and id = $2 returning id',
      [accountId, id],
    );
    return gone.length > 0;
  }

  /** What `put` or `change` was given last. */
  async open(id: string): Promise<unknown> {
    const [row] = await this.kernel.database.query<{ sealed: Sealed }>(
      'select sealed from destination where id = $1',
      [id],
    );
    return row ? (JSON.parse(this.kernel.sealer.open(row.sealed, purpose(id))) as unknown) : null;
  }
}
