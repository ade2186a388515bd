import { refuse } from '../../kernel/errors.js';
import type { Kernel } from '../../kernel/feature.js';
import { isId, newId } from '../../kernel/id.js';
import { cleanText } from '../../kernel/text/text-input.js';
import { requirePermission } from '../../kernel/access/viewer.js';
import type { Viewer } from '../../kernel/access/viewer.js';
import type { Accounts } from '../account/accounts.js';
import type { Activities } from '../activity/activities.js';
import { License } from './license.entity.js';

const mostProductLength = 100;
const mostLicenses = 100;

/** What administrators issue. A revoked license stays: its keys are told that it is over. */
export class Licenses {
  constructor(
    private readonly kernel: Kernel,
    private readonly accounts: Accounts,
    private readonly activities: Activities,
  ) {}

  /** Newest first, in the order of the ids. */
  async of(accountIds: readonly string[]): Promise<License[][]> {
    const all = await this.kernel.database.em.find(
      License,
      { accountId: { $in: [...accountIds] } },
      { orderBy: { issuedAt: 'desc', id: 'desc' } },
    );
    const byAccount = Map.groupBy(all, ({ accountId }) => accountId);
    return accountIds.map((id) => byAccount.get(id) ?? []);
  }

  /** @throws FORBIDDEN, NOT_FOUND field `userId`, BAD_USER_INPUT field `product`, LIMIT_REACHED */
  async issue(viewer: Viewer, userId: string, product: string): Promise<License> {
    requirePermission(viewer, 'admin.licenses');
    const name = cleanText(product, { field: 'product', min: 1, max: mostProductLength });
    if (!isId(userId)) refuse('BAD_USER_INPUT', 'This is not a user’s id.', { field: 'userId' });
    const { database, clock } = this.kernel;
    return database.transaction(async () => {
      await this.accounts.hold(userId);
      if (!(await this.accounts.find(userId))) {
        refuse('NOT_FOUND', 'There is no such account.', { field: 'userId' });
      }
      if ((await database.em.count(License, { accountId: userId })) >= mostLicenses) {
        refuse('LIMIT_REACHED', `An account has at most ${mostLicenses} licenses.`);
      }
      const license = database.em.create(License, {
        id: newId(),
        accountId: userId,
        product: name,
        issuedAt: clock.now(),
      });
      await database.em.persist(license).flush();
      await this.activities.record(viewer, userId, 'license.issued', { product: name });
      return license;
    });
  }

  /** @throws FORBIDDEN, NOT_FOUND field `id`, CONFLICT when it is revoked already */
  async revoke(viewer: Viewer, id: string): Promise<License> {
    requirePermission(viewer, 'admin.licenses');
    if (!isId(id)) refuse('BAD_USER_INPUT', 'This is not a license’s id.', { field: 'id' });
    const { database, clock } = this.kernel;
    return database.transaction(async () => {
      await database.query('select 1 from license where id = $1 for update', [id]);
      const license = await database.em.findOne(License, id, { refresh: true });
      if (!license) refuse('NOT_FOUND', 'There is no such license.', { field: 'id' });
      if (!license.active()) {
        refuse('CONFLICT', 'This license is revoked already.', { field: 'id' });
      }
      license.revokedAt = clock.now();
      await database.em.flush();
      const { accountId, product } = license;
      await this.activities.record(viewer, accountId, 'license.revoked', { product });
      return license;
    });
  }
}
