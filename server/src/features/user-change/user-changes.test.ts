import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createTestApp, goodPassword } from '../../../test/app.js';
import type { TestApp } from '../../../test/app.js';
import { refusalOf, viewerOf } from '../../../test/beside.js';
import { newId } from '../../kernel/id.js';
import type { Viewer } from '../../kernel/access/viewer.js';
import { AccessTokens } from '../access-token/access-tokens.js';
import { Links } from '../../kernel/access/link.js';

let app: TestApp;
let ada: Viewer;
let admin: Viewer;
beforeAll(async () => {
  app = await createTestApp();
});
beforeEach(async () => {
  ada = await app.signedIn();
  admin = await app.signedIn({ permissions: ['admin.users', 'admin.policy'] });
});
afterAll(() => app.close());

const sql = <Row>(text: string, values: unknown[] = []) =>
  app.unit(() => app.kernel.database.query<Row>(text, values));
const document = `mutation ($id: ID!, $input: UpdateUserInput!) {
  updateUser(id: $id, input: $input) {
    username email displayName role permissions disabled sessionCount
  }
}`;
const update = (input: Record<string, unknown>, viewer = admin, id = ada.accountId) =>
  app.graphql(document, { id, input }, viewer);
const log = (viewer = ada) =>
  sql<{ kind: string; actor: string; details: Record<string, unknown> }>(
    `select kind, actor, details from activity where account_id = $1
     and (kind like 'user.%' or kind like 'email.%') order by id`,
    [viewer.accountId],
  );
const stored = async (viewer = ada) => {
  const [row] = await sql<Record<string, unknown>>('select * from account where id = $1', [
    viewer.accountId,
  ]);
  return row!;
};

describe('an administrator who edits somebody', () => {
  test('changes the name, and what was and what is are in the log by his name', async () => {
    const { data } = await update({ displayName: ' Ada L. ' });
    expect(data?.['updateUser']).toMatchObject({ displayName: 'Ada L.', sessionCount: 1 });
    expect(await log()).toEqual([
      {
        kind: 'user.updated',
        actor: admin.name,
        details: { changes: { displayName: { from: null, to: 'Ada L.' } } },
      },
    ]);
    await update({ displayName: 'Ada L.' });
    expect(await log()).toHaveLength(1);
    expect((await update({ displayName: null })).data?.['updateUser']).toMatchObject({
      displayName: null,
    });
  });

  test('gives another address: unverified until its link is followed, and older links are over', async () => {
    const links = () => new Links(app.kernel.database, app.kernel.clock);
    const { secret } = await app.unit(() => links().issue('reset-password', ada.accountId!, 600));
    const email = `${ada.name}@new.example.org`;
    const { data } = await update({ email });
    expect(data?.['updateUser']).toMatchObject({ email });
    expect(await stored()).toMatchObject({ email_canonical: email, email_verified: false });
    expect(await log()).toEqual([
      {
        kind: 'email.changed',
        actor: admin.name,
        details: { old: `${ada.name}@example.org`, new: email },
      },
    ]);
    expect(await app.unit(() => links().redeem(['reset-password'], secret))).toBeNull();
    const verifications = await sql('select 1 from link where account_id = $1 and purpose = $2', [
      ada.accountId,
      'verify-email',
    ]);
    expect(verifications).toHaveLength(1);
  });

  test.each([
    [{ email: null }, 'email'],
    [{ role: null }, 'role'],
    [{ disabled: null }, 'disabled'],
    [{ displayName: 'x'.repeat(65) }, 'displayName'],
    [{ permissions: ['admin.users'] }, 'permissions'],
    [{ role: 'ADMIN', permissions: ['admin.nothing'] }, 'permissions'],
  ])('is refused %j, and nothing has changed', async (input, field) => {
    const before = await stored();
    const answer = await update({ displayName: 'Other', ...input });
    expect(refusalOf(answer)).toEqual({ code: 'BAD_USER_INPUT', field });
    expect(await stored()).toEqual(before);
    expect(await log()).toEqual([]);
  });

  test('is told of an address that somebody has, and nothing has changed', async () => {
    const answer = await update({ email: `${admin.name}@Example.org`, displayName: 'Other' });
    expect(refusalOf(answer)).toEqual({ code: 'TAKEN', field: 'email' });
    expect(await stored()).toMatchObject({ display_name: null, email_verified: false });
  });

  test.each([
    ['x', 'BAD_USER_INPUT'],
    [newId(), 'NOT_FOUND'],
  ])('%j is nobody', async (id, code) => {
    expect(refusalOf(await update({}, admin, id))).toEqual({ code, field: 'id' });
  });
});

describe('permissions', () => {
  test('are granted and taken away by who holds them, and at once worth something', async () => {
    const given = await update({ role: 'ADMIN', permissions: ['admin.users'] });
    expect(given.data?.['updateUser']).toMatchObject({
      role: 'ADMIN',
      permissions: ['admin.users'],
    });
    const now = await viewerOf(app, app.secretOf(ada));
    expect((await app.graphql('{ admin { permissions } }', {}, now)).errors).toBeUndefined();
    await update({ permissions: null });
    const later = await viewerOf(app, app.secretOf(ada));
    expect(refusalOf(await app.graphql('{ admin { permissions } }', {}, later))?.code).toBe(
      'FORBIDDEN',
    );
    expect((await log()).map(({ kind, details }) => ({ kind, ...details }))).toEqual([
      {
        kind: 'user.permission_changed',
        role: 'ADMIN',
        formerRole: 'USER',
        granted: ['admin.users'],
        revoked: [],
      },
      { kind: 'user.permission_changed', granted: [], revoked: ['admin.users'] },
    ]);
  });

  test('go with the role', async () => {
    await update({ role: 'ADMIN', permissions: ['admin.users'] });
    const { data } = await update({ role: 'USER' });
    expect(data?.['updateUser']).toMatchObject({ role: 'USER', permissions: [] });
  });

  test('that he lacks are not his to give, neither by name nor all of them', async () => {
    for (const input of [{ permissions: ['admin.audit'] }, {}]) {
      const answer = await update({ role: 'ADMIN', ...input });
      expect(refusalOf(answer)).toEqual({ code: 'FORBIDDEN', field: 'permissions' });
    }
    expect(await stored()).toMatchObject({ role: 'USER', permissions: [] });
  });

  test('that he lacks protect who holds them, and nobody changes himself', async () => {
    const above = await app.signedIn({ permissions: ['admin.audit'] });
    for (const other of [above, admin]) {
      for (const input of [{ displayName: 'x' }, { disabled: true }, { role: 'USER' }]) {
        const answer = await update(input, admin, other.accountId);
        expect(refusalOf(answer)).toEqual({ code: 'FORBIDDEN', field: 'id' });
      }
    }
    expect(await log(above)).toEqual([]);
  });

  test('that he lost a moment ago are lost for this request too', async () => {
    await sql(`update account set permissions = '{}' where id = $1`, [admin.accountId]);
    expect(refusalOf(await update({ displayName: 'x' }))).toEqual({ code: 'FORBIDDEN' });
    expect(await log()).toEqual([]);
  });
});

describe('somebody who is disabled', () => {
  const signIn = async () =>
    app.graphql('mutation ($input: SignInInput!) { signIn(input: $input) { __typename } }', {
      input: { login: ada.name, password: goodPassword },
    });

  test('is out everywhere, and being enabled brings nothing back', async () => {
    const { secret } = await app.unit(async () => {
      await app.get(AccessTokens).setEnabled(ada, true);
      return app.get(AccessTokens).create(ada, { name: 'ci', scopes: ['ACCOUNT_READ'] });
    });
    const { data } = await update({ disabled: true });
    expect(data?.['updateUser']).toMatchObject({ disabled: true, sessionCount: 0 });
    expect(await log()).toEqual([
      { kind: 'user.disabled', actor: admin.name, details: { ended: 1, accessTokens: 1 } },
    ]);
    expect(refusalOf(await signIn())?.code).toBe('ACCOUNT_DISABLED');
    // Sockets that are open hear why, and do not come back.
    const ofPeople = app.house.credentials.filter(({ makes }) => makes !== 'key');
    const ends = ofPeople.map((source) => app.unit(() => source.recheck([ada])));
    expect(await Promise.all(ends)).toEqual([[4403], [4403]]);

    expect((await update({ disabled: false })).data?.['updateUser']).toMatchObject({
      disabled: false,
    });
    expect((await log()).map((row) => row.kind)).toEqual(['user.disabled', 'user.enabled']);
    expect((await viewerOf(app, app.secretOf(ada))).kind).toBe('anonymous');
    const [token] = app.house.credentials.filter(({ carrier }) => carrier === 'bearer');
    expect(await app.unit(() => token!.identify(secret, ada.origin))).toBeNull();
    expect((await signIn()).data).toEqual({ signIn: { __typename: 'SignedIn' } });
  });
});

test('it all needs the permission, a session, and a fresh proof', async () => {
  const token: Viewer = { ...admin, kind: 'token', scopes: new Set(['ADMIN']) };
  const other = await app.signedIn({ permissions: ['admin.policy'] });
  const late = { ...admin, confirmedUntil: null };
  for (const [viewer, code] of [
    [token, 'FORBIDDEN'],
    [other, 'FORBIDDEN'],
    [late, 'IDENTITY_CONFIRMATION_REQUIRED'],
  ] as const) {
    expect(refusalOf(await update({ displayName: 'x' }, viewer))?.code).toBe(code);
  }
  expect(await log()).toEqual([]);
});
