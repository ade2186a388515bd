import { hashSecret, newPrefixedToken } from '../../kernel/crypto/token.js';
import { refuse } from '../../kernel/errors.js';
import type { Kernel } from '../../kernel/feature.js';
import { isId, newId } from '../../kernel/id.js';
import { cleanText } from '../../kernel/text/text-input.js';
import { requireAccount, requireConfirmed, requireSession } from '../../kernel/access/viewer.js';
import type { Viewer } from '../../kernel/access/viewer.js';
import type { Activities } from '../activity/activities.js';
import type { Sessions } from '../session/sessions.js';
import { ApiKey, License } from './license.entity.js';

/** What every secret begins with, so that scanners recognise a leaked one. */
export const keyPrefix = 'ghk';
const mostKeys = 20;
const mostLabelLength = 64;

export interface NewApiKey {
  readonly apiKey: ApiKey;
  /** Nobody can read it again. */
  readonly secret: string;
}

/**
 * Keys of licenses, made, rotated and ended by who holds the license. A call that is answered has
 * been committed, and every check reads the table: from the answer on the old secret is unknown.
 */
export class ApiKeys {
  constructor(
    private readonly kernel: Kernel,
    private readonly sessions: Sessions,
    private readonly activities: Activities,
  ) {}

  /** Newest first, in the order of the ids. */
  async of(licenseIds: readonly string[]): Promise<ApiKey[][]> {
    const all = await this.kernel.database.em.find(
      ApiKey,
      { licenseId: { $in: [...licenseIds] } },
      { orderBy: { createdAt: 'desc', id: 'desc' } },
    );
    const byLicense = Map.groupBy(all, ({ licenseId }) => licenseId);
    return licenseIds.map((id) => byLicense.get(id) ?? []);
  }

  /** @throws NOT_FOUND field `licenseId`, CONFLICT for a revoked license, BAD_USER_INPUT field `label`, LIMIT_REACHED */
  async create(viewer: Viewer, licenseId: string, text: string): Promise<NewApiKey> {
    requireSession(viewer);
    const { database, clock } = this.kernel;
    requireConfirmed(viewer, clock.now());
    const label = cleanText(text, { field: 'label', min: 1, max: mostLabelLength });
    return database.transaction(async () => {
      await this.sessions.holdConfirmed(viewer);
      const license = await this.#hold(viewer.accountId, licenseId, 'licenseId');
      if ((await database.em.count(ApiKey, { licenseId })) >= mostKeys) {
        refuse('LIMIT_REACHED', `A license has at most ${mostKeys} keys. Revoke one first.`);
      }
      const { secret, display: prefix } = newPrefixedToken(keyPrefix);
      const apiKey = database.em.create(ApiKey, {
        id: newId(),
        licenseId,
        label,
        prefix,
        secretHash: hashSecret(secret),
        createdAt: clock.now(),
      });
      await database.em.persist(apiKey).flush();
      await this.#record(viewer, 'api_key.created', apiKey, license);
      return { apiKey, secret };
    });
  }

  /** The same key with another secret; the old one dies with the commit. @throws NOT_FOUND field `id`, CONFLICT for a revoked license */
  async rotate(viewer: Viewer, id: string): Promise<NewApiKey> {
    requireSession(viewer);
    const { database, clock } = this.kernel;
    requireConfirmed(viewer, clock.now());
    return database.transaction(async () => {
      await this.sessions.holdConfirmed(viewer);
      const { apiKey, license } = await this.#find(viewer.accountId, id);
      if (!license.active()) refuseRevoked('id');
      const { secret, display } = newPrefixedToken(keyPrefix);
      apiKey.secretHash = hashSecret(secret);
      apiKey.prefix = display;
      apiKey.rotatedAt = clock.now();
      apiKey.lastUsedAt = null;
      await database.em.flush();
      await this.#record(viewer, 'api_key.rotated', apiKey, license);
      return { apiKey, secret };
    });
  }

  /** Asks for no step-up: taking a right away must be quick. @throws NOT_FOUND field `id` */
  async revoke(viewer: Viewer, id: string): Promise<License> {
    requireAccount(viewer);
    const { database } = this.kernel;
    return database.transaction(async () => {
      const { apiKey, license } = await this.#find(viewer.accountId, id);
      await this.#record(viewer, 'api_key.revoked', apiKey, license);
      await database.em.remove(apiKey).flush();
      return license;
    });
  }

  /** Ends every key of an account; the caller records why. @returns how many ended */
  async endAll(accountId: string): Promise<number> {
    const gone = await this.kernel.database.query(
      `delete from api_key k using license l
       where l.id = k.license_id and l.account_id = $1 returning 1`,
      [accountId],
    );
    return gone.length;
  }

  /** Keys of one license are changed one after the other. */
  async #hold(accountId: string, licenseId: string, field: string): Promise<License> {
    if (!isId(licenseId)) refuse('BAD_USER_INPUT', 'This is not a license’s id.', { field });
    const { database } = this.kernel;
    await database.query('select 1 from license where id = $1 for no key update', [licenseId]);
    const license = await database.em.findOne(
      License,
      { id: licenseId, accountId },
      { refresh: true },
    );
    if (!license) refuse('NOT_FOUND', 'You have no such license.', { field });
    if (!license.active()) refuseRevoked(field);
    return license;
  }

  async #find(accountId: string, id: string): Promise<{ apiKey: ApiKey; license: License }> {
    if (!isId(id)) refuse('BAD_USER_INPUT', 'This is not an API key’s id.', { field: 'id' });
    const { database } = this.kernel;
    await database.query('select 1 from api_key where id = $1 for update', [id]);
    const apiKey = await database.em.findOne(ApiKey, id, { refresh: true });
    const license =
      apiKey && (await database.em.findOne(License, { id: apiKey.licenseId, accountId }));
    if (!apiKey || !license) refuse('NOT_FOUND', 'This API key is gone already.', { field: 'id' });
    return { apiKey, license };
  }

  async #record(viewer: Viewer, kind: string, apiKey: ApiKey, license: License): Promise<void> {
    const { label, prefix } = apiKey;
    const { accountId, product } = license;
    await this.activities.record(viewer, accountId, kind, { label, prefix, product });
  }
}

function refuseRevoked(field: string): never {
  refuse('CONFLICT', 'This license was revoked.', { field });
}
