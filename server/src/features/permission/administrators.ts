import { refuse } from '../../kernel/errors.js';
import type { Kernel } from '../../kernel/feature.js';
import { isOperator, requirePermission } from '../../kernel/access/viewer.js';
import type { Viewer } from '../../kernel/access/viewer.js';

/** Who else could put things right when nobody else can any more. */
const managers = `role = 'ADMIN' and 'admin.users' = any(permissions) and disabled_at is null`;

/**
 * There is always an administrator who can manage users. Whoever takes rights away holds all such
 * changes first, so that two who take them from each other come one after the other, and the later
 * one finds that he may not any more.
 */
export class Administrators {
  constructor(private readonly kernel: Kernel) {}

  /**
   * In a transaction, until whose end others wait; before any row is locked.
   * @throws FORBIDDEN when the viewer has lost the permission meanwhile
   */
  async hold(viewer: Viewer, permission: string): Promise<void> {
    const { database } = this.kernel;
    await this.holdForOneself();
    if (isOperator(viewer)) return;
    const rows = await database.query<{ permissions: string[] }>(
      'select permissions from account where id = $1 and disabled_at is null',
      [viewer.accountId],
    );
    const present = new Set(rows[0]?.permissions);
    const permissions = [...viewer.permissions].filter((each) => present.has(each));
    requirePermission({ ...viewer, permissions: new Set(permissions) }, permission);
  }

  /** As `hold`, for who gives up only what is his own. */
  async holdForOneself(): Promise<void> {
    await this.kernel.database.query(
      `select pg_advisory_xact_lock(hashtextextended('administrators', 0))`,
    );
  }

  /**
   * Before this account stops managing users; after `hold`.
   * @throws WOULD_LOCK_OUT when nobody else does
   */
  async requireAnother(accountId: string): Promise<void> {
    const [found] = await this.kernel.database.query<{ manages: boolean; others: boolean }>(
      `select exists (select 1 from account where ${managers} and id = $1) as manages,
              exists (select 1 from account where ${managers} and id <> $1) as others`,
      [accountId],
    );
    if (!found!.manages || found!.others) return;
    const message = 'This is the only administrator who can manage users. Make another one first.';
    refuse('WOULD_LOCK_OUT', message);
  }
}
