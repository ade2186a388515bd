import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTestApp } from '../../../test/app.js';
import type { TestApp } from '../../../test/app.js';
import { hashSecret } from '../../kernel/crypto/token.js';
import type { Refusal } from '../../kernel/errors.js';
import type { Scope, Viewer } from '../../kernel/access/viewer.js';
import { AccessTokens } from './access-tokens.js';

let app: TestApp;
beforeAll(async () => {
  app = await createTestApp();
});
afterAll(() => app.close());

const tokens = () => app.get(AccessTokens);
const on = (viewer: Viewer) => app.unit(() => tokens().setEnabled(viewer, true));
const create = (
  viewer: Viewer,
  input: Partial<{ name: string; scopes: Scope[]; expiresAt: Date }> = {},
) =>
  app.unit(() => tokens().create(viewer, { name: 'backup', scopes: ['ACCOUNT_READ'], ...input }));
const list = (viewer: Viewer) => app.unit(() => tokens().list(viewer.accountId!));
const activity = (viewer: Viewer) =>
  app.unit(() =>
    app.kernel.database.query<{ kind: string; details: unknown }>(
      `select kind, details from activity where account_id = $1 and kind ~ '^(access_token|api_access)'
       order by id`,
      [viewer.accountId],
    ),
  );

const tokenFields = 'id name prefix scopes createdAt lastUsedAt lastUsedIp expiresAt';

describe('the switch', () => {
  test('is off at first, and until it is on no token is made', async () => {
    const ann = await app.signedIn();
    const { data } = await app.graphql('{ me { apiAccess { enabled tokens { id } } } }', {}, ann);
    expect(data).toEqual({ me: { apiAccess: { enabled: false, tokens: [] } } });
    await expect(create(ann)).rejects.toMatchObject({ code: 'API_DISABLED' });
  });

  test('keeps the tokens when it goes off, and each change stands in the activity once', async () => {
    const ann = await app.signedIn();
    await on(ann);
    await on(ann);
    await create(ann);
    const off = 'mutation { setApiAccess(enabled: false) { enabled tokens { name } } }';
    const { data } = await app.graphql(off, {}, ann);
    expect(data).toEqual({ setApiAccess: { enabled: false, tokens: [{ name: 'backup' }] } });
    await expect(create(ann)).rejects.toMatchObject({ code: 'API_DISABLED' });
    expect((await activity(ann)).map(({ kind, details }) => [kind, details])).toEqual([
      ['api_access.switched', { enabled: true }],
      [
        'access_token.created',
        { name: 'backup', prefix: expect.any(String) as string, scopes: ['ACCOUNT_READ'] },
      ],
      ['api_access.switched', { enabled: false }],
    ]);
  });

  test('asks who it is first', async () => {
    const ann = { ...(await app.signedIn()), confirmedUntil: null };
    const { errors } = await app.graphql(
      'mutation { setApiAccess(enabled: true) { enabled } }',
      {},
      ann,
    );
    expect(errors?.[0]?.extensions).toMatchObject({ code: 'IDENTITY_CONFIRMATION_REQUIRED' });
  });
});

describe('somebody who makes a token', () => {
  test('sees its secret once; afterwards only its hash is known', async () => {
    const ann = await app.signedIn();
    await on(ann);
    const { data, errors } = await app.graphql(
      `mutation ($input: CreateAccessTokenInput!) {
         createAccessToken(input: $input) { secret accessToken { ${tokenFields} } }
       }`,
      { input: { name: ' Café ', scopes: ['NOTIFICATIONS_READ', 'ACCOUNT_READ', 'ACCOUNT_READ'] } },
      ann,
    );
    expect(errors).toBeUndefined();
    const { secret, accessToken } = (
      data as { createAccessToken: { secret: string; accessToken: { prefix: string } } }
    ).createAccessToken;
    expect(secret).toMatch(/^gha_[0-9A-Za-z]{46}$/);
    expect(accessToken).toMatchObject({
      name: 'Café',
      prefix: `${secret.slice(0, 8)}…`,
      scopes: ['ACCOUNT_READ', 'NOTIFICATIONS_READ'],
      lastUsedAt: null,
      lastUsedIp: null,
      expiresAt: null,
    });
    const rows = await app.unit(() =>
      app.kernel.database.query<{ secret_hash: string; whole: string }>(
        'select secret_hash, t::text as whole from access_token t where account_id = $1',
        [ann.accountId],
      ),
    );
    expect(rows[0]?.secret_hash).toBe(hashSecret(secret));
    expect(rows[0]?.whole).not.toContain(secret.slice(8));
  });

  test('is asked who it is first, by a session and never by a token', async () => {
    const ann = await app.signedIn();
    await on(ann);
    await expect(create({ ...ann, confirmedUntil: null })).rejects.toMatchObject({
      code: 'IDENTITY_CONFIRMATION_REQUIRED',
    });
    const token: Viewer = { ...ann, kind: 'token', scopes: new Set(['ADMIN', 'ACCOUNT_WRITE']) };
    await expect(create(token)).rejects.toMatchObject({ code: 'FORBIDDEN' });
  });

  test.each([
    [{ name: '' }, 'name'],
    [{ name: 'x'.repeat(65) }, 'name'],
    [{ name: 'a\u0000b' }, 'name'],
    [{ scopes: [] }, 'scopes'],
    [{ expiresAt: new Date(0) }, 'expiresAt'],
  ])('is told what is wrong with %j', async (input, field) => {
    const ann = await app.signedIn();
    await on(ann);
    await expect(create(ann, input)).rejects.toMatchObject({
      code: 'BAD_USER_INPUT',
      details: { field },
    });
    expect(await list(ann)).toEqual([]);
  });

  test('gets no scope beyond the own rights', async () => {
    const user = await app.signedIn();
    const admin = await app.signedIn({ permissions: ['admin.notifications'] });
    await on(user);
    await on(admin);
    const no = { code: 'FORBIDDEN', details: { field: 'scopes' } };
    await expect(create(user, { scopes: ['ACCOUNT_READ', 'EVENTS_WRITE'] })).rejects.toMatchObject(
      no,
    );
    await expect(create(user, { scopes: ['ADMIN'] })).rejects.toMatchObject(no);
    await expect(create(admin, { scopes: ['USAGE_WRITE'] })).rejects.toMatchObject(no);
    const made = await create(admin, { scopes: ['ADMIN', 'EVENTS_WRITE'] });
    expect(made.accessToken.scopes).toEqual(['EVENTS_WRITE', 'ADMIN']);
  });

  test('has twenty at most, however many are asked for at once', async () => {
    const ann = await app.signedIn();
    await on(ann);
    const tries = await Promise.allSettled(Array.from({ length: 25 }, () => create(ann)));
    const refused = tries
      .filter((one) => one.status === 'rejected')
      .map((one) => (one.reason as Refusal).code);
    expect(refused).toEqual(Array(5).fill('LIMIT_REACHED'));
    expect(await list(ann)).toHaveLength(20);
  });
});

describe('somebody who revokes a token', () => {
  const revoke = `mutation ($id: ID!) { revokeAccessToken(id: $id) { tokens { id } } }`;

  test('is not asked who it is, and the token is gone', async () => {
    const ann = await app.signedIn();
    await on(ann);
    const { accessToken } = await create(ann);
    const late = { ...ann, confirmedUntil: null };
    const { data } = await app.graphql(revoke, { id: accessToken.id }, late);
    expect(data).toEqual({ revokeAccessToken: { tokens: [] } });
    expect((await activity(ann)).at(-1)).toEqual({
      kind: 'access_token.revoked',
      details: { name: 'backup', prefix: accessToken.prefix },
    });
    const again = await app.graphql(revoke, { id: accessToken.id }, late);
    expect(again.errors?.[0]?.extensions).toMatchObject({ code: 'NOT_FOUND', field: 'id' });
  });

  test('cannot reach somebody else’s, and an id that is none is told apart', async () => {
    const [ann, ben] = [await app.signedIn(), await app.signedIn()];
    await on(ben);
    const { accessToken } = await create(ben);
    const theirs = await app.graphql(revoke, { id: accessToken.id }, ann);
    expect(theirs.errors?.[0]?.extensions).toMatchObject({ code: 'NOT_FOUND' });
    expect(await list(ben)).toHaveLength(1);
    const none = await app.graphql(revoke, { id: "1' or true" }, ann);
    expect(none.errors?.[0]?.extensions).toMatchObject({ code: 'BAD_USER_INPUT', field: 'id' });
  });
});
