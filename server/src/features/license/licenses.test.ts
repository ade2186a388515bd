import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTestApp, nobody } from '../../../test/app.js';
import type { TestApp } from '../../../test/app.js';
import { refusalOf } from '../../../test/beside.js';
import { hashSecret, isWellFormedToken } from '../../kernel/crypto/token.js';
import type { Viewer } from '../../kernel/access/viewer.js';
import { Identity } from '../../transport/graphql/identity.js';
import { OtherCredentials } from '../session/other-credentials.js';

let app: TestApp;
let root: Viewer;
beforeAll(async () => {
  app = await createTestApp();
  root = await app.signedIn({ username: 'root1', permissions: ['admin.licenses'] });
});
afterAll(() => app.close());

const field = (answer: { data: Record<string, unknown> | null }, name: string) =>
  answer.data?.[name] as Record<string, unknown>;
const issue = (who: Viewer, viewer = root, product = 'Backup Pro') =>
  app.graphql(
    'mutation ($u: ID!, $p: String!) { issueLicense(userId: $u, product: $p) { id product active issuedAt apiKeys { id } } }',
    { u: who.accountId, p: product },
    viewer,
  );
const licenseOf = async (who: Viewer) => field(await issue(who), 'issueLicense')['id'] as string;
const create = (viewer: Viewer, licenseId: string, label = 'nas') =>
  app.graphql(
    'mutation ($l: ID!, $n: String!) { createApiKey(licenseId: $l, label: $n) { secret apiKey { id label prefix createdAt rotatedAt lastUsedAt } } }',
    { l: licenseId, n: label },
    viewer,
  );
const act = (name: 'rotateApiKey' | 'revokeApiKey' | 'revokeLicense', id: string, viewer: Viewer) =>
  app.graphql(
    `mutation ($id: ID!) { ${name}(id: $id) { ${name === 'rotateApiKey' ? 'secret apiKey { id prefix rotatedAt }' : 'id active apiKeys { id }'} } }`,
    { id },
    viewer,
  );
/** Who asks with this key; refuses as the server would. */
const withKey = (secret: string) =>
  app.unit(() =>
    new Identity(app.house.credentials).identify(
      { authorization: `Bearer ${secret}`, cookie: null },
      nobody.origin,
    ),
  );
const check = async (secret: string) =>
  app.graphql(
    '{ license { id product active issuedAt apiKey { id label prefix lastUsedAt } } }',
    {},
    await withKey(secret),
  );
const activity = (who: Viewer) =>
  app.unit(async () => {
    const rows = await app.kernel.database.query<{ kind: string; details: object; actor: string }>(
      `select kind, details, actor from activity where account_id = $1
       and kind ~ '^(api_key|license)' order by id`,
      [who.accountId],
    );
    return rows.map(({ kind, details, actor }) => [kind, details, actor]);
  });

describe('a license', () => {
  test('is issued by an administrator, and read by its holder and by who manages users', async () => {
    const ada = await app.signedIn();
    const { id } = field(await issue(ada), 'issueLicense');
    const { data } = await app.graphql('{ me { licenses { id product active } } }', {}, ada);
    expect(data).toEqual({ me: { licenses: [{ id, product: 'Backup Pro', active: true }] } });
    expect(await activity(ada)).toEqual([
      ['license.issued', { product: 'Backup Pro' }, 'root1'],
    ]);
  });

  test('needs the permission', async () => {
    const ada = await app.signedIn();
    const other = await app.signedIn({ permissions: ['admin.users'] });
    for (const viewer of [ada, other]) {
      expect(refusalOf(await issue(ada, viewer))?.code).toBe('FORBIDDEN');
    }
    const id = await licenseOf(ada);
    expect(refusalOf(await act('revokeLicense', id, ada))?.code).toBe('FORBIDDEN');
  });

  test.each([
    ['', 'product'],
    ['x'.repeat(101), 'product'],
    ['two\nlines', 'product'],
  ])('is not for %j', async (product, name) => {
    const ada = await app.signedIn();
    expect(refusalOf(await issue(ada, root, product))).toMatchObject({
      code: 'BAD_USER_INPUT',
      field: name,
    });
  });

  test('that is revoked tells its keys so, and makes no more', async () => {
    const ada = await app.signedIn();
    const id = await licenseOf(ada);
    const made = field(await create(ada, id), 'createApiKey') as {
      secret: string;
      apiKey: { id: string };
    };
    expect((await act('revokeLicense', id, root)).data).toMatchObject({
      revokeLicense: { active: false, apiKeys: [{ id: made.apiKey.id }] },
    });
    expect(field(await check(made.secret), 'license')).toMatchObject({ id, active: false });
    expect(refusalOf(await create(ada, id))?.code).toBe('CONFLICT');
    expect(refusalOf(await act('rotateApiKey', made.apiKey.id, ada))?.code).toBe('CONFLICT');
    expect(refusalOf(await act('revokeLicense', id, root))?.code).toBe('CONFLICT');
  });
});

describe('an API key', () => {
  test('is shown once, has a prefix and a checksum, and is known by its hash alone', async () => {
    const ada = await app.signedIn();
    const made = field(await create(ada, await licenseOf(ada)), 'createApiKey') as {
      secret: string;
      apiKey: { id: string; prefix: string };
    };
    expect(isWellFormedToken(made.secret, 'ghk')).toBe(true);
    expect(made.secret.startsWith(made.apiKey.prefix.slice(0, 8))).toBe(true);
    const rows = await app.unit(() =>
      app.kernel.database.query('select * from api_key where id = $1', [made.apiKey.id]),
    );
    expect(rows).toMatchObject([{ secret_hash: hashSecret(made.secret) }]);
    expect(JSON.stringify(rows)).not.toContain(made.secret);
  });

  test('answers for its license and itself, and notes when it was used, once a minute', async () => {
    const ada = await app.signedIn();
    const id = await licenseOf(ada);
    const { secret } = field(await create(ada, id), 'createApiKey') as { secret: string };
    await create(ada, id, 'another');
    const first = app.clock.now().toISOString();
    expect(field(await check(secret), 'license')).toMatchObject({
      id,
      product: 'Backup Pro',
      active: true,
      apiKey: { label: 'nas', lastUsedAt: first },
    });
    app.clock.advance(59_000);
    expect(field(await check(secret), 'license')).toMatchObject({ apiKey: { lastUsedAt: first } });
  });

  test.each([
    '{ me { id } }',
    '{ site { name } }',
    '{ license { id } me { id } }',
    'mutation { signOut }',
    '{ admin { permissions } }',
  ])('opens nothing else: %s', async (document) => {
    const ada = await app.signedIn();
    const { secret } = field(await create(ada, await licenseOf(ada)), 'createApiKey') as {
      secret: string;
    };
    expect(refusalOf(await app.graphql(document, {}, await withKey(secret)))?.code).toBe(
      'UNAUTHENTICATED',
    );
  });

  test('that is unknown, mistyped or somebody’s access token is none', async () => {
    const ada = await app.signedIn();
    expect((await app.graphql('{ license { id } }', {}, ada)).data).toEqual({ license: null });
    expect((await app.graphql('{ license { id } }')).data).toEqual({ license: null });
    await expect(withKey('ghk_' + 'a'.repeat(46))).rejects.toMatchObject({
      code: 'UNAUTHENTICATED',
    });
  });

  test('of a disabled holder says that the license is not active', async () => {
    const ada = await app.signedIn();
    const { secret } = field(await create(ada, await licenseOf(ada)), 'createApiKey') as {
      secret: string;
    };
    await app.unit(() =>
      app.kernel.database.query('update account set disabled_at = now() where id = $1', [
        ada.accountId,
      ]),
    );
    expect(field(await check(secret), 'license')).toMatchObject({ active: false });
  });

  test('asks who it is for making and rotating, and not for ending', async () => {
    const ada = await app.signedIn();
    const id = await licenseOf(ada);
    const { apiKey } = field(await create(ada, id), 'createApiKey') as { apiKey: { id: string } };
    const stale = { ...ada, confirmedUntil: null };
    const token: Viewer = { ...ada, kind: 'token', scopes: new Set(['ACCOUNT_WRITE']) };
    for (const answer of [await create(stale, id), await act('rotateApiKey', apiKey.id, stale)]) {
      expect(refusalOf(answer)?.code).toBe('IDENTITY_CONFIRMATION_REQUIRED');
    }
    for (const answer of [await create(token, id), await act('rotateApiKey', apiKey.id, token)]) {
      expect(refusalOf(answer)?.code).toBe('FORBIDDEN');
    }
    expect((await act('revokeApiKey', apiKey.id, stale)).data).toMatchObject({
      revokeApiKey: { id, apiKeys: [] },
    });
    const prefix = expect.stringMatching(/^ghk_/) as string;
    expect((await activity(ada)).slice(1)).toEqual([
      ['api_key.created', { label: 'nas', prefix, product: 'Backup Pro' }, ada.name],
      ['api_key.revoked', { label: 'nas', prefix, product: 'Backup Pro' }, ada.name],
    ]);
  });

  test('is nobody else’s to touch', async () => {
    const [ada, ben] = [await app.signedIn(), await app.signedIn()];
    const id = await licenseOf(ada);
    const { apiKey, secret } = field(await create(ada, id), 'createApiKey') as {
      apiKey: { id: string };
      secret: string;
    };
    for (const answer of [
      await create(ben, id),
      await act('rotateApiKey', apiKey.id, ben),
      await act('revokeApiKey', apiKey.id, ben),
    ]) {
      expect(refusalOf(answer)?.code).toBe('NOT_FOUND');
    }
    expect(field(await check(secret), 'license')).toMatchObject({ active: true });
  });

  test('is one of twenty at most, also when many are made at once', async () => {
    const ada = await app.signedIn();
    const id = await licenseOf(ada);
    const answers = await Promise.all(Array.from({ length: 25 }, () => create(ada, id)));
    const codes = answers.map((answer) => refusalOf(answer)?.code ?? 'made');
    expect(codes.filter((code) => code === 'made')).toHaveLength(20);
    expect(codes.filter((code) => code === 'LIMIT_REACHED')).toHaveLength(5);
  });

  test('ends with a lock-down and survives a lost password', async () => {
    const ada = await app.signedIn();
    const { secret } = field(await create(ada, await licenseOf(ada)), 'createApiKey') as {
      secret: string;
    };
    const others = app.get(OtherCredentials);
    expect(await app.unit(() => others.endAll(ada.accountId!))).toEqual({});
    expect(field(await check(secret), 'license')).toMatchObject({ active: true });
    const { data } = await app.graphql('mutation { lockDown { apiKeysRevoked } }', {}, ada);
    expect(data).toEqual({ lockDown: { apiKeysRevoked: 1 } });
    await expect(withKey(secret)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
  });
});
