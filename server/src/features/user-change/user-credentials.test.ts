import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createTestApp, goodPassword } from '../../../test/app.js';
import type { TestApp } from '../../../test/app.js';
import { refusalOf, viewerOf } from '../../../test/beside.js';
import { allowOnly, whoAt } from '../../../test/places.js';
import type { Viewer } from '../../kernel/access/viewer.js';

let app: TestApp;
let ada: Viewer;
let admin: Viewer;
beforeAll(async () => {
  app = await createTestApp();
});
beforeEach(async () => {
  ada = await app.signedIn();
  admin = await app.signedIn({ permissions: ['admin.users'] });
});
afterAll(() => app.close());

const sql = <Row>(text: string, values: unknown[] = []) =>
  app.unit(() => app.kernel.database.query<Row>(text, values));
const log = () =>
  sql<{ kind: string; actor: string; details: unknown }>(
    `select kind, actor, details from activity where account_id = $1 order by id desc limit 1`,
    [ada.accountId],
  );
const setPassword = (password: string | null, viewer = admin, id = ada.accountId) =>
  app.graphql(
    'mutation ($id: ID!, $password: String) { setUserPassword(id: $id, password: $password) }',
    { id, password },
    viewer,
  );
const endSessions = (viewer = admin, id = ada.accountId) =>
  app.graphql('mutation ($id: ID!) { endUserSessions(id: $id) { sessionCount } }', { id }, viewer);
const signIn = (password: string) =>
  app.graphql('mutation ($input: SignInInput!) { signIn(input: $input) { __typename } }', {
    input: { login: ada.name, password },
  });

describe('an administrator who sets a password', () => {
  test('is told the one that was made up; the old one and all sessions are over', async () => {
    const { data } = await setPassword(null);
    const password = (data as { setUserPassword: string }).setUserPassword;
    expect(password.replaceAll('-', '').length).toBeGreaterThanOrEqual(20);
    expect((await viewerOf(app, app.secretOf(ada))).kind).toBe('anonymous');
    expect(refusalOf(await signIn(goodPassword))?.code).toBe('INVALID_CREDENTIALS');
    expect((await signIn(password)).data).toEqual({ signIn: { __typename: 'SignedIn' } });
    expect(await log()).toMatchObject([{ kind: 'sign_in.succeeded' }]);
  });

  test('is told it too when nothing was said of a password', async () => {
    const document = 'mutation ($id: ID!) { setUserPassword(id: $id) }';
    const { data } = await app.graphql(document, { id: ada.accountId }, admin);
    const password = (data as { setUserPassword: string }).setUserPassword;
    expect((await signIn(password)).data).toEqual({ signIn: { __typename: 'SignedIn' } });
  });

  test('is in the log once, with how many sessions ended and without the password', async () => {
    await setPassword('velvet-harbour-91');
    expect(await log()).toEqual([
      { kind: 'user.password_set', actor: admin.name, details: { ended: 1 } },
    ]);
    const changed = await sql(
      `select 1 from activity where account_id = $1 and kind = 'password.changed' and actor = $2`,
      [ada.accountId, admin.name],
    );
    expect(changed).toEqual([]);
  });

  test('gets the one he gave not told back; it is for 72 hours', async () => {
    const given = await setPassword('velvet-harbour-91');
    expect(given.data).toEqual({ setUserPassword: null });
    app.clock.advance(72 * 3_600_000);
    expect(refusalOf(await signIn('velvet-harbour-91'))?.code).toBe('INVALID_CREDENTIALS');
  });

  test('is refused a weak one, and the old one is still good', async () => {
    expect(refusalOf(await setPassword('short'))).toMatchObject({
      code: 'WEAK_PASSWORD',
      field: 'password',
    });
    expect((await viewerOf(app, app.secretOf(ada))).kind).toBe('session');
    expect((await signIn(goodPassword)).errors).toBeUndefined();
  });
});

describe('an administrator who ends somebody’s sessions', () => {
  test('ends them all, and the password stays', async () => {
    const { data } = await endSessions();
    expect(data).toEqual({ endUserSessions: { sessionCount: 0 } });
    expect(await log()).toEqual([
      { kind: 'user.sessions_ended', actor: admin.name, details: { ended: 1 } },
    ]);
    expect((await signIn(goodPassword)).errors).toBeUndefined();
  });

  test('need not confirm that it is him, and may leave it to a program', async () => {
    const late = { ...admin, confirmedUntil: null };
    expect((await endSessions(late)).errors).toBeUndefined();
    const token: Viewer = { ...admin, kind: 'token', scopes: new Set(['ADMIN']) };
    expect((await endSessions(token)).errors).toBeUndefined();
  });
});

describe('an administrator who takes somebody’s list of addresses away', () => {
  const document = 'mutation ($id: ID!) { clearUserIpAllowlist(id: $id) { sessionCount } }';
  const clear = (viewer = admin, id = ada.accountId) => app.graphql(document, { id }, viewer);
  const signInElsewhere = () => whoAt(app, { cookie: app.secretOf(ada) }, '198.51.100.9');

  test('lets who shut himself out in again, from everywhere', async () => {
    await allowOnly(app, ada, ada.origin.address!);
    expect(await signInElsewhere()).toBe('IP_NOT_ALLOWED');
    expect((await clear()).data).toEqual({ clearUserIpAllowlist: { sessionCount: 0 } });
    expect(await log()).toEqual([
      { kind: 'user.ip_allowlist_cleared', actor: admin.name, details: { ended: 1 } },
    ]);
    expect((await signIn(goodPassword)).errors).toBeUndefined();
    expect((await clear()).errors).toBeUndefined();
    expect(await log()).toMatchObject([{ kind: 'sign_in.succeeded' }]);
  });

  test('needs the permission and a fresh proof; nobody takes his own away so', async () => {
    await allowOnly(app, ada, ada.origin.address!);
    const late = { ...admin, confirmedUntil: null };
    expect(refusalOf(await clear(late))?.code).toBe('IDENTITY_CONFIRMATION_REQUIRED');
    expect(refusalOf(await clear(ada))?.code).toBe('FORBIDDEN');
    expect(refusalOf(await clear(admin, admin.accountId))?.code).toBe('FORBIDDEN');
    expect(await signInElsewhere()).toBe('IP_NOT_ALLOWED');
  });
});

test('neither is for himself, nor for who holds a permission he lacks', async () => {
  const above = await app.signedIn({ permissions: ['admin.users', 'admin.policy'] });
  for (const id of [admin.accountId, above.accountId]) {
    for (const answer of [await setPassword(null, admin, id), await endSessions(admin, id)]) {
      expect(refusalOf(answer)).toEqual({ code: 'FORBIDDEN', field: 'id' });
    }
  }
  expect((await viewerOf(app, app.secretOf(above))).kind).toBe('session');
});

test('a password needs a session and a fresh proof', async () => {
  const token: Viewer = { ...admin, kind: 'token', scopes: new Set(['ADMIN']) };
  expect(refusalOf(await setPassword(null, token))?.code).toBe('FORBIDDEN');
  const late = { ...admin, confirmedUntil: null };
  expect(refusalOf(await setPassword(null, late))?.code).toBe('IDENTITY_CONFIRMATION_REQUIRED');
  expect((await signIn(goodPassword)).errors).toBeUndefined();
});
