import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createTestApp, goodPassword, nobody } from '../../../test/app.js';
import type { TestApp } from '../../../test/app.js';
import { refusalOf, viewerOf } from '../../../test/beside.js';
import type { Viewer } from '../../kernel/access/viewer.js';
import { Sessions } from '../session/sessions.js';

const minute = 60_000;
const document = `mutation ($input: ConfirmIdentityInput!) {
  confirmIdentity(input: $input) { confirmedUntil }
}`;

let app: TestApp;
let ada: Viewer;
beforeAll(async () => {
  app = await createTestApp();
});
beforeEach(async () => {
  ada = await app.signedIn({ confirmed: false });
});
afterAll(() => app.close());

const confirm = (input: unknown, viewer = ada) => app.graphql(document, { input }, viewer);
const now = () => viewerOf(app, app.secretOf(ada));
const inMinutes = (minutes: number) => new Date(app.clock.now().getTime() + minutes * minute);
const switchApi = async (enabled: boolean) =>
  app.graphql(
    'mutation ($enabled: Boolean!) { setApiAccess(enabled: $enabled) { enabled } }',
    { enabled },
    await now(),
  );

describe('confirming who one is', () => {
  test('opens the window for ten minutes, with a new secret for the same session', async () => {
    expect(refusalOf(await switchApi(true))?.code).toBe('IDENTITY_CONFIRMATION_REQUIRED');
    const former = app.secretOf(ada);
    const { data } = await confirm({ password: goodPassword });
    expect(data).toEqual({ confirmIdentity: { confirmedUntil: inMinutes(10).toISOString() } });
    expect(app.secretOf(ada)).not.toBe(former);
    expect(await now()).toMatchObject({
      credentialId: ada.credentialId,
      confirmedUntil: inMinutes(10),
    });
    expect(refusalOf(await switchApi(true))).toBeNull();
  });

  test('closes when the ten minutes are over', async () => {
    await confirm({ password: goodPassword });
    app.clock.advance(10 * minute);
    expect(refusalOf(await switchApi(true))?.code).toBe('IDENTITY_CONFIRMATION_REQUIRED');
  });

  test('is renewed by each sensitive change, up to an hour from the proof', async () => {
    await confirm({ password: goodPassword });
    const end = inMinutes(60);
    for (let nine = 0; nine < 6; nine += 1) {
      app.clock.advance(9 * minute);
      expect(refusalOf(await switchApi(nine % 2 === 0))).toBeNull();
    }
    expect((await now()).confirmedUntil).toEqual(end);
    app.clock.advance(6 * minute);
    expect(refusalOf(await switchApi(true))?.code).toBe('IDENTITY_CONFIRMATION_REQUIRED');
  });

  test('is not renewed by a change that was refused, nor once it has closed', async () => {
    await confirm({ password: goodPassword });
    const until = inMinutes(10);
    app.clock.advance(5 * minute);
    await app.graphql(
      `mutation { createAccessToken(input: { name: "", scopes: [] }) { secret } }`,
      {},
      await now(),
    );
    expect((await now()).confirmedUntil).toEqual(until);
    app.clock.advance(5 * minute);
    await app.unit(() => app.get(Sessions).renewConfirmation(ada));
    expect((await now()).confirmedUntil).toEqual(until);
  });

  test('holds for this browser only', async () => {
    const { secret } = await app.unit(() =>
      app
        .get(Sessions)
        .open(ada.accountId!, 'PASSWORD', nobody.origin, { remember: true, confirmed: false }),
    );
    await confirm({ password: goodPassword });
    expect((await viewerOf(app, secret)).confirmedUntil).toBeNull();
  });

  test.each([[{}], [{ password: null }]])(
    'with %j instead of one proof is refused',
    async (input) => {
      expect(refusalOf(await confirm(input))?.code).toBe('BAD_USER_INPUT');
      expect((await now()).confirmedUntil).toBeNull();
    },
  );

  test.each(['wrong', ''])(
    'with the password %j is refused and opens nothing',
    async (password) => {
      expect(refusalOf(await confirm({ password }))).toEqual({
        code: 'INVALID_CREDENTIALS',
        field: 'password',
      });
      expect((await now()).confirmedUntil).toBeNull();
    },
  );

  test('with somebody else’s password is refused', async () => {
    const other = await app.signedIn({ password: 'the password of another' });
    expect(refusalOf(await confirm({ password: goodPassword }, other))?.code).toBe(
      'INVALID_CREDENTIALS',
    );
  });

  test('is nothing a token or nobody can do', async () => {
    const token: Viewer = { ...ada, kind: 'token', scopes: new Set(['ACCOUNT_WRITE', 'ADMIN']) };
    expect(refusalOf(await confirm({ password: goodPassword }, token))?.code).toBe('FORBIDDEN');
    expect(refusalOf(await confirm({ password: goodPassword }, nobody))?.code).toBe(
      'UNAUTHENTICATED',
    );
  });

  test('cannot be tried twice in one operation', async () => {
    const twice = `mutation {
      a: confirmIdentity(input: { password: "a" }) { confirmedUntil }
      b: confirmIdentity(input: { password: "b" }) { confirmedUntil }
    }`;
    expect(refusalOf(await app.graphql(twice, {}, ada))?.code).toBe('QUERY_TOO_COMPLEX');
  });
});
