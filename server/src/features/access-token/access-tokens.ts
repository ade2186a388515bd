import { credentialsChanged } from '../../kernel/access/credential.js';
import { hashSecret, newPrefixedToken } from '../../kernel/crypto/token.js';
import { refuse } from '../../kernel/errors.js';
import type { Kernel } from '../../kernel/feature.js';
import { isId, newId } from '../../kernel/id.js';
import { cleanText } from '../../kernel/text/text-input.js';
import { requireAccount, requireConfirmed, requireSession } from '../../kernel/access/viewer.js';
import type { Scope, Viewer } from '../../kernel/access/viewer.js';
import type { Accounts } from '../account/accounts.js';
import type { Activities } from '../activity/activities.js';
import type { Sessions } from '../session/sessions.js';
import { AccessToken } from './access-token.entity.js';
import { checkScopes } from './token-scopes.js';

/** What every secret begins with, so that scanners recognise a leaked one. */
export const tokenPrefix = 'gha';
const mostTokens = 20;
const mostNameLength = 64;

export interface NewToken {
  readonly name: string;
  readonly scopes: readonly Scope[];
  readonly expiresAt?: Date | null;
}

/**
 * What an account's programs sign in with, behind one switch that is off at first. Whoever ends a
 * token or the switch tells the live topic in the same transaction, so that sockets hear it too.
 */
export class AccessTokens {
  constructor(
    private readonly kernel: Kernel,
    private readonly accounts: Accounts,
    private readonly sessions: Sessions,
    private readonly activities: Activities,
  ) {}

  async isEnabled(accountId: string): Promise<boolean> {
    const rows = await this.kernel.database.query<{ enabled: boolean }>(
      'select enabled from api_access where account_id = $1',
      [accountId],
    );
    return rows[0]?.enabled ?? false;
  }

  /** Newest first; also the expired, which explain why a program is refused. */
  list(accountId: string): Promise<AccessToken[]> {
    return this.kernel.database.em.find(
      AccessToken,
      { accountId },
      { orderBy: { createdAt: 'desc', id: 'desc' } },
    );
  }

  async setEnabled(viewer: Viewer, enabled: boolean): Promise<void> {
    requireSession(viewer);
    requireConfirmed(viewer, this.kernel.clock.now());
    const { accountId } = viewer;
    const { database, live } = this.kernel;
    await database.transaction(async () => {
      await this.sessions.holdConfirmed(viewer);
      await database.query(
        'insert into api_access (account_id) values ($1) on conflict do nothing',
        [accountId],
      );
      const switched = await database.query(
        'update api_access set enabled = $2 where account_id = $1 and enabled <> $2 returning 1',
        [accountId, enabled],
      );
      if (switched.length > 0) {
        await live.publish(credentialsChanged, { accountId });
        await this.activities.record(viewer, accountId, 'api_access.switched', { enabled });
      }
    });
  }

  /** @returns the secret as well, which nobody can read again */
  async create(
    viewer: Viewer,
    input: NewToken,
  ): Promise<{ accessToken: AccessToken; secret: string }> {
    requireSession(viewer);
    const { database, clock } = this.kernel;
    const now = clock.now();
    requireConfirmed(viewer, now);
    const name = cleanText(input.name, { field: 'name', min: 1, max: mostNameLength });
    const expiresAt = input.expiresAt ?? null;
    if (expiresAt !== null && expiresAt <= now) {
      refuse('BAD_USER_INPUT', 'The end must lie in the future.', { field: 'expiresAt' });
    }
    return database.transaction(async () => {
      await this.sessions.holdConfirmed(viewer);
      await this.#holdPlace(viewer.accountId);
      const scopes = checkScopes(await this.accounts.get(viewer.accountId), input.scopes);
      const { secret, display } = newPrefixedToken(tokenPrefix);
      const accessToken = database.em.create(AccessToken, {
        id: newId(),
        accountId: viewer.accountId,
        name,
        prefix: display,
        secretHash: hashSecret(secret),
        scopes,
        createdAt: now,
        expiresAt,
      });
      await database.em.persist(accessToken).flush();
      const told = { name, prefix: display, scopes };
      await this.activities.record(viewer, viewer.accountId, 'access_token.created', told);
      return { accessToken, secret };
    });
  }

  /** Asks for no step-up: taking a right away must be quick. @throws NOT_FOUND for what is not the caller's */
  async revoke(viewer: Viewer, id: string): Promise<void> {
    requireAccount(viewer);
    if (!isId(id)) refuse('BAD_USER_INPUT', 'This is not an access token’s id.', { field: 'id' });
    const { database, live } = this.kernel;
    const { accountId } = viewer;
    await database.transaction(async () => {
      await this.accounts.hold(accountId);
      const [gone] = await database.query<{ name: string; prefix: string }>(
        'delete from access_token where id = $1 and account_id = $2 returning name, prefix',
        [id, accountId],
      );
      if (!gone) refuse('NOT_FOUND', 'This access token is gone already.', { field: 'id' });
      await live.publish(credentialsChanged, { accountId });
      await this.activities.record(viewer, accountId, 'access_token.revoked', { ...gone });
    });
  }

  /** Ends every token of an account; the caller records why. @returns how many ended */
  async endAll(accountId: string): Promise<number> {
    const { database, live } = this.kernel;
    return database.transaction(async () => {
      const gone = await database.query(
        'delete from access_token where account_id = $1 returning 1',
        [accountId],
      );
      if (gone.length > 0) await live.publish(credentialsChanged, { accountId });
      return gone.length;
    });
  }

  /** The lock makes those who come at once count one after the other. */
  async #holdPlace(accountId: string): Promise<void> {
    const { database } = this.kernel;
    const [access] = await database.query<{ enabled: boolean }>(
      'select enabled from api_access where account_id = $1 for update',
      [accountId],
    );
    if (!access?.enabled) refuse('API_DISABLED', 'Switch API access on first.');
    const [held] = await database.query<{ count: number }>(
      'select count(*)::int as count from access_token where account_id = $1',
      [accountId],
    );
    if (held!.count >= mostTokens) {
      refuse(
        'LIMIT_REACHED',
        `An account has at most ${mostTokens} access tokens. Revoke one first.`,
      );
    }
  }
}
