import { refuse } from '../../kernel/errors.js';
import type { Kernel } from '../../kernel/feature.js';
import { cleanText } from '../../kernel/text/text-input.js';
import { requireAccount } from '../../kernel/access/viewer.js';
import type { Viewer } from '../../kernel/access/viewer.js';
import { inboxChanged } from '../notification/notices.js';
import { isUnread } from './inbox-row.js';
import type { InboxRow } from './inbox-row.js';
import { checkIds } from './inboxes.js';
import type { Inboxes } from './inboxes.js';

const minuteMs = 60_000;
const longestSnoozeMs = 90 * 24 * 3_600_000;

/** Wakes what was snoozed until now. */
export const wakeSnoozed = { name: 'inbox.wake' } as const;

export interface InboxState {
  readonly unreadCount: number;
  readonly changed: readonly InboxRow[];
}

interface Act {
  readonly change: string;
  readonly set: string;
  /** Rows for which the act changes anything; others stay as they are and tell nobody. */
  readonly where: string;
}

const acts = {
  read: { change: 'READ', set: 'read_at = $3', where: 'read_at is null' },
  unread: { change: 'UNREAD', set: 'read_at = null', where: 'read_at is not null' },
  // What is dismissed does not wake any more; restored, it is there.
  dismiss: {
    change: 'DISMISSED',
    set: 'dismissed_at = $3, snoozed_until = null',
    where: 'dismissed_at is null',
  },
  restore: { change: 'RESTORED', set: 'dismissed_at = null', where: 'dismissed_at is not null' },
  unsnooze: {
    change: 'UNSNOOZED',
    set: 'snoozed_until = null',
    where: 'snoozed_until is not null',
  },
} satisfies Record<string, Act>;

/** Two who change the same rows wait for each other instead of locking each other out. */
const inOrder = 'order by message_id for update';

/** What a person does with what is in the inbox. Foreign and unknown ids are passed over. */
export class Triage {
  constructor(
    private readonly kernel: Kernel,
    private readonly inboxes: Inboxes,
  ) {}

  act(viewer: Viewer, act: keyof typeof acts, ids: readonly string[]): Promise<InboxState> {
    return this.#apply(viewer, acts[act], ids, [this.kernel.clock.now()]);
  }

  /** Hides until then; then it comes back unread, as new. @throws BAD_USER_INPUT field `until` */
  async snooze(viewer: Viewer, ids: readonly string[], until: Date): Promise<InboxState> {
    const ahead = until.getTime() - this.kernel.clock.now().getTime();
    if (ahead < minuteMs || ahead > longestSnoozeMs) {
      refuse('BAD_USER_INPUT', 'Choose a time from 1 minute to 90 days ahead.', { field: 'until' });
    }
    const act = {
      change: 'SNOOZED',
      set: 'snoozed_until = $3',
      where: 'snoozed_until is distinct from $3 and dismissed_at is null',
    };
    return this.kernel.database.transaction(async () => {
      const state = await this.#apply(viewer, act, ids, [until]);
      const key = `${wakeSnoozed.name}:${until.toISOString()}`;
      await this.kernel.outbox.add(wakeSnoozed, {}, { runAt: until, key });
      return state;
    });
  }

  /** What existed when the call was made; what arrives meanwhile stays unread. */
  async markAllRead(viewer: Viewer, category: string | null | undefined): Promise<InboxState> {
    requireAccount(viewer);
    const { database, clock } = this.kernel;
    const only = category ? cleanText(category, { field: 'category', max: 64 }) : null;
    return database.transaction(async () => {
      const rows = await database.query<{ changed: number }>(
        `with mine as (
           select message_id from notification
           where account_id = $1 and ${isUnread} and ($3::text is null or exists (
             select 1 from message m where m.id = message_id and m.category = $3))
           ${inOrder}
         ), done as (
           update notification n set read_at = $2, change = 'READ', changed_xid = pg_current_xact_id()
           from mine where n.account_id = $1 and n.message_id = mine.message_id returning 1)
         select count(*)::int as changed from done`,
        [viewer.accountId, clock.now(), only],
      );
      if (rows[0]!.changed > 0) await this.#tell(viewer.accountId);
      return { unreadCount: await this.inboxes.unreadCount(viewer.accountId), changed: [] };
    });
  }

  /** Everybody's snoozed rows whose time has come, as new. */
  async wake(): Promise<void> {
    const { database, clock, live } = this.kernel;
    await database.transaction(async () => {
      const rows = await database.query<{ account_id: string }>(
        `with due as (
           select account_id, message_id from notification
           where snoozed_until <= $1 and dismissed_at is null
           order by account_id, message_id for update)
         update notification n set snoozed_until = null, read_at = null, arrived = $1,
           change = 'ADDED', added_xid = pg_current_xact_id(), changed_xid = pg_current_xact_id()
         from due where n.account_id = due.account_id and n.message_id = due.message_id
         returning n.account_id`,
        [clock.now()],
      );
      const accountIds = [...new Set(rows.map((row) => row.account_id))];
      if (accountIds.length > 0) await live.publish(inboxChanged, { accountIds });
    });
  }

  async #apply(
    viewer: Viewer,
    act: Act,
    given: readonly string[],
    values: readonly unknown[],
  ): Promise<InboxState> {
    requireAccount(viewer);
    const ids = checkIds(given);
    const { database } = this.kernel;
    const uses = act.set.includes('$3') || act.where.includes('$3');
    return database.transaction(async () => {
      const done = await database.query(
        `with mine as (
           select message_id from notification
           where account_id = $1 and message_id = any($2) and ${act.where}
           ${inOrder})
         update notification n set ${act.set}, change = '${act.change}',
           changed_xid = pg_current_xact_id()
         from mine where n.account_id = $1 and n.message_id = mine.message_id
         returning n.message_id`,
        [viewer.accountId, ids, ...(uses ? values : [])],
      );
      if (done.length > 0) await this.#tell(viewer.accountId);
      return {
        unreadCount: await this.inboxes.unreadCount(viewer.accountId),
        changed: await this.inboxes.rows(viewer.accountId, ids),
      };
    });
  }

  async #tell(accountId: string): Promise<void> {
    await this.kernel.live.publish(inboxChanged, { accountIds: [accountId] });
  }
}
