import { refuse } from '../../kernel/errors.js';
import type { Kernel } from '../../kernel/feature.js';
import { prepared } from '../../kernel/database/prepared.js';
import { requireConfirmed, requireSession, systemViewer } from '../../kernel/access/viewer.js';
import type { Viewer } from '../../kernel/access/viewer.js';
import type { Account } from '../account/account.entity.js';
import type { Accounts } from '../account/accounts.js';
import type { Activities } from '../activity/activities.js';
import type { Administrators } from '../permission/administrators.js';
import type { Sessions } from '../session/sessions.js';
import type { SignInConsequence } from '../session/sign-in-completion.js';
import type { Erasure } from './erasure.js';

const graceDays = 7;
const cancelSql = prepared('delete from account_deletion where account_id = $1 returning 1');
export const deleteAccounts = { name: 'closure.delete' } as const;

/**
 * An account's own wish to go: a week in which its owner may come back, by the button or by signing in,
 * then nothing personal is left. Done by a job at its hour; whatever did not run then, does it first.
 */
export class AccountDeletions implements SignInConsequence {
  constructor(
    private readonly kernel: Kernel,
    private readonly accounts: Accounts,
    private readonly administrators: Administrators,
    private readonly sessions: Sessions,
    private readonly activities: Activities,
    private readonly erasure: Erasure,
  ) {}

  async dueAt(accountId: string): Promise<Date | null> {
    const rows = await this.kernel.database.query<{ due_at: Date }>(
      'select due_at from account_deletion where account_id = $1',
      [accountId],
    );
    return rows[0]?.due_at ?? null;
  }

  /**
   * Asked again, the first hour stays.
   * @returns when it will be done
   * @throws WOULD_LOCK_OUT for the only administrator who can manage users
   */
  async request(viewer: Viewer): Promise<Date> {
    requireSession(viewer);
    const { database, clock, outbox } = this.kernel;
    const now = clock.now();
    requireConfirmed(viewer, now);
    const { accountId } = viewer;
    return database.transaction(async () => {
      await this.administrators.holdForOneself();
      await this.sessions.holdConfirmed(viewer);
      await this.administrators.requireAnother(accountId);
      const due = new Date(now.getTime() + graceDays * 86_400_000);
      const rows = await database.query(
        `insert into account_deletion (account_id, requested_at, due_at) values ($1, $2, $3)
         on conflict (account_id) do nothing returning due_at`,
        [accountId, now, due],
      );
      if (rows.length === 0) return (await this.dueAt(accountId))!;
      const details = { at: due.toISOString() };
      await this.activities.record(viewer, accountId, 'account_deletion.requested', details);
      await outbox.add(deleteAccounts, {}, { runAt: due });
      return due;
    });
  }

  /** @throws CONFLICT when the account is not about to go */
  async cancel(viewer: Viewer): Promise<Account> {
    requireSession(viewer);
    await this.kernel.database.transaction(async () => {
      await this.accounts.hold(viewer.accountId);
      if (!(await this.#cancel(viewer, viewer.accountId))) {
        refuse('CONFLICT', 'This account is not about to be deleted.');
      }
    });
    return this.accounts.get(viewer.accountId);
  }

  async signedIn(viewer: Viewer, { id }: Account): Promise<void> {
    await this.#cancel(viewer, id);
  }

  /** Those whose hour has come, one transaction each, so that one that fails keeps no other. */
  async run(): Promise<void> {
    const { database, clock, log } = this.kernel;
    const due = await database.query<{ account_id: string }>(
      'select account_id from account_deletion where due_at <= $1 order by due_at limit 100',
      [clock.now()],
    );
    for (const { account_id: id } of due) {
      await this.#delete(id).catch((error: unknown) => {
        log.error({ err: error, account: id }, 'an account could not be deleted');
      });
    }
  }

  async #delete(id: string): Promise<void> {
    const { database, clock } = this.kernel;
    await database.transaction(async () => {
      await this.administrators.holdForOneself();
      await this.erasure.hold(id);
      const rows = await database.query<{ username: string }>(
        `delete from account_deletion d using account a
         where d.account_id = $1 and d.due_at <= $2 and a.id = d.account_id returning a.username`,
        [id, clock.now()],
      );
      // Whoever signed in a moment ago is back.
      if (!rows[0]) return;
      await this.administrators.requireAnother(id);
      await this.activities.record(systemViewer, id, 'account_deletion.done');
      await this.erasure.erase({ id, username: rows[0].username });
    });
  }

  #cancel(viewer: Viewer, accountId: string): Promise<boolean> {
    return this.kernel.database.transaction(async () => {
      const rows = await this.kernel.database.query(cancelSql, [accountId]);
      if (rows.length === 0) return false;
      await this.activities.record(viewer, accountId, 'account_deletion.cancelled');
      return true;
    });
  }
}
