import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { createTestApp } from '../../../test/app.js';
import type { TestApp } from '../../../test/app.js';
import { credentialsChanged } from '../../kernel/access/credential.js';
import { newPrefixedToken } from '../../kernel/crypto/token.js';
import type { Scope, Viewer } from '../../kernel/access/viewer.js';
import { Accounts } from '../account/accounts.js';
import { AccessTokenCredential } from './access-token.credential.js';
import { AccessTokens } from './access-tokens.js';

let app: TestApp;
let credential: AccessTokenCredential;
beforeAll(async () => {
  app = await createTestApp();
  await app.kernel.live.open();
  credential = new AccessTokenCredential(app.kernel);
});
afterAll(() => app.close());

const origin = { address: '203.0.113.7', userAgent: 'curl/8' };
const day = 86_400_000;

async function withToken(
  options: { permissions?: string[]; scopes?: Scope[]; expiresAt?: Date } = {},
) {
  const owner = await app.signedIn(options.permissions ? { permissions: options.permissions } : {});
  const tokens = app.get(AccessTokens);
  const { secret, accessToken } = await app.unit(async () => {
    await tokens.setEnabled(owner, true);
    const { scopes = ['ACCOUNT_READ'], expiresAt } = options;
    return tokens.create(owner, { name: 'daemon', scopes, expiresAt });
  });
  return { owner, secret, id: accessToken.id };
}
const identify = (secret: string) => app.unit(() => credential.identify(secret, origin));
const recheck = (viewers: Viewer[]) => app.unit(() => credential.recheck(viewers));
const sql = (text: string, values: unknown[]) =>
  app.unit(() => app.kernel.database.query(text, values));

async function statementsOf(work: () => Promise<unknown>): Promise<number> {
  const query = vi.spyOn(pg.Client.prototype, 'query');
  try {
    await work();
    return query.mock.calls.length;
  } finally {
    query.mockRestore();
  }
}

describe('a program with a token', () => {
  test('is its owner, narrowed to what the token was given', async () => {
    const permissions = ['admin.audit', 'admin.notifications', 'admin.users'];
    const { owner, secret, id } = await withToken({ permissions, scopes: ['EVENTS_WRITE'] });
    expect(await identify(secret)).toMatchObject({
      kind: 'token',
      accountId: owner.accountId,
      name: owner.name,
      permissions: new Set(['admin.notifications']),
      scopes: new Set(['EVENTS_WRITE']),
      credentialId: id,
      confirmedUntil: null,
      restriction: null,
      endsAt: null,
      origin,
    });
    const usage = await withToken({ permissions, scopes: ['USAGE_WRITE', 'ACCOUNT_READ'] });
    expect((await identify(usage.secret))?.permissions).toEqual(new Set(['admin.users']));
    const all = await withToken({ permissions, scopes: ['ADMIN'] });
    expect((await identify(all.secret))?.permissions).toEqual(new Set(permissions));
    const reader = await withToken({ permissions, scopes: ['ACCOUNT_READ'] });
    expect((await identify(reader.secret))?.permissions).toEqual(new Set());
  });

  test('reads its account with nothing more than the one statement', async () => {
    const { owner, secret } = await withToken();
    await identify(secret);
    let created: Date | undefined;
    const count = await statementsOf(() =>
      app.unit(async () => {
        const viewer = await credential.identify(secret, origin);
        created = (await app.get(Accounts).get(viewer!.accountId!)).createdAt;
      }),
    );
    expect(count).toBe(1);
    const account = await app.unit(() => app.get(Accounts).get(owner.accountId!));
    expect(created).toEqual(account.createdAt);
  });

  test('loses a right with its owner, at the next call and at the next event', async () => {
    const permissions = ['admin.notifications', 'admin.users'];
    const { owner, secret } = await withToken({ permissions, scopes: ['EVENTS_WRITE', 'ADMIN'] });
    const before = await identify(secret);
    await sql(`update account set role = 'USER', permissions = '{}' where id = $1`, [
      owner.accountId,
    ]);
    const after = { scopes: new Set(), permissions: new Set() };
    expect(await identify(secret)).toMatchObject(after);
    expect(await recheck([before!])).toMatchObject([after]);
  });

  test('is nobody with a token that is unknown, mistyped or expired', async () => {
    const { secret } = await withToken({
      expiresAt: new Date(app.kernel.clock.now().getTime() + day),
    });
    const viewer = (await identify(secret))!;
    expect(viewer.endsAt).toEqual(new Date(app.kernel.clock.now().getTime() + day));
    expect(await identify(newPrefixedToken('gha').secret)).toBeNull();
    const mistyped = secret.slice(0, -1) + (secret.endsWith('0') ? '1' : '0');
    expect(await statementsOf(async () => expect(await identify(mistyped)).toBeNull())).toBe(0);
    app.clock.advance(day);
    expect(await identify(secret)).toBeNull();
    expect(await recheck([viewer])).toEqual([4401]);
  });

  test('is refused while the switch is off, and works again when it is on', async () => {
    const { owner, secret } = await withToken();
    const viewer = (await identify(secret))!;
    const set = (enabled: boolean) =>
      app.unit(() => app.get(AccessTokens).setEnabled(owner, enabled));
    await set(false);
    await expect(identify(secret)).rejects.toMatchObject({ code: 'API_DISABLED' });
    expect(await recheck([viewer])).toEqual([4401]);
    await set(true);
    expect(await identify(secret)).toMatchObject({ kind: 'token' });
  });

  test('is refused while its owner is disabled, and held while a password must be changed', async () => {
    const { owner, secret } = await withToken();
    const viewer = (await identify(secret))!;
    await sql(
      `insert into password (account_id, hash, changed_at, one_time_until) values ($1, 'x', now(), now())
       on conflict (account_id) do update set one_time_until = now()`,
      [owner.accountId],
    );
    expect(await identify(secret)).toMatchObject({ restriction: 'PASSWORD_CHANGE_REQUIRED' });
    await sql('update account set disabled_at = now() where id = $1', [owner.accountId]);
    await expect(identify(secret)).rejects.toMatchObject({ code: 'ACCOUNT_DISABLED' });
    expect(await recheck([viewer])).toEqual([4403]);
  });

  test('leaves when and from where it was used, once a minute at most', async () => {
    const { owner, secret } = await withToken();
    const [token] = await app.unit(() => app.get(AccessTokens).list(owner.accountId!));
    const used = async () => {
      const list = await app.unit(() => app.get(AccessTokens).list(owner.accountId!));
      return list.map(({ lastUsedAt, lastUsedIp }) => [lastUsedAt, lastUsedIp])[0];
    };
    expect([token!.lastUsedAt, token!.lastUsedIp]).toEqual([null, null]);
    const first = app.kernel.clock.now();
    await identify(secret);
    expect(await used()).toEqual([first, origin.address]);
    app.clock.advance(59_000);
    expect(await statementsOf(() => identify(secret))).toBe(1);
    expect(await used()).toEqual([first, origin.address]);
    app.clock.advance(1_000);
    await identify(secret);
    expect(await used()).toEqual([app.kernel.clock.now(), origin.address]);
  });
});

describe('many sockets with tokens', () => {
  test('are checked by one statement, and one for those that are gone', async () => {
    const secrets = [await withToken(), await withToken(), await withToken()];
    const viewers = await Promise.all(secrets.map(({ secret }) => identify(secret)));
    const gone = secrets[1]!;
    await app.unit(() => app.get(AccessTokens).revoke(gone.owner, gone.id));
    let answers: readonly unknown[] = [];
    const count = await statementsOf(async () => {
      answers = await recheck(viewers as Viewer[]);
    });
    expect(count).toBe(2);
    expect(answers).toMatchObject([{ kind: 'token' }, 4401, { kind: 'token' }]);
  });

  test('hear at once when a token or the switch ends', async () => {
    const { owner, id } = await withToken();
    const heard: unknown[] = [];
    const stop = app.kernel.live.subscribe(credentialsChanged, (message) => heard.push(message));
    await app.unit(() => app.get(AccessTokens).revoke(owner, id));
    await vi.waitFor(() => expect(heard).toEqual([{ accountId: owner.accountId }]));
    await app.unit(() => app.get(AccessTokens).setEnabled(owner, false));
    await vi.waitFor(() => expect(heard).toHaveLength(2));
    stop();
  });
});

describe('what a token may ask', () => {
  test.each([
    ['{ me { username } }', null],
    ['{ me { email apiAccess { enabled } } }', 'FORBIDDEN'],
    ['mutation { setApiAccess(enabled: false) { enabled } }', 'FORBIDDEN'],
  ])('%s is answered with %s to one that only writes notifications', async (query, code) => {
    const { secret } = await withToken({ scopes: ['NOTIFICATIONS_WRITE'] });
    const { errors } = await app.graphql(query, {}, (await identify(secret))!);
    expect(errors?.[0]?.extensions?.['code'] ?? null).toBe(code);
  });

  test('is enough to revoke itself, with ACCOUNT_WRITE', async () => {
    const { secret, id } = await withToken({ scopes: ['ACCOUNT_WRITE'] });
    const { data } = await app.graphql(
      'mutation ($id: ID!) { revokeAccessToken(id: $id) { enabled tokens { id } } }',
      { id },
      (await identify(secret))!,
    );
    expect(data).toEqual({ revokeAccessToken: { enabled: true, tokens: [] } });
    expect(await identify(secret)).toBeNull();
  });
});
