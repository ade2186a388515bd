import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { createTestApp, goodPassword, nobody } from '../../../test/app.js';
import type { TestApp } from '../../../test/app.js';
import { codeOf, openBeside, refusalOf, viewerOf } from '../../../test/beside.js';
import { whoAt } from '../../../test/places.js';
import type { Viewer } from '../../kernel/access/viewer.js';
import { AccessTokens } from '../access-token/access-tokens.js';
import { OtherCredentials } from '../session/other-credentials.js';
import { Sessions } from '../session/sessions.js';
import { LockDowns } from './lock-downs.js';

let app: TestApp;
let ada: Viewer;
beforeAll(async () => {
  app = await createTestApp();
  app.get(OtherCredentials).register('apiKeys', async () => 3);
});
beforeEach(async () => {
  ada = await app.signedIn();
});
afterAll(() => app.close());

const lockDown = (viewer = ada) =>
  app.graphql('mutation { lockDown { sessionsEnded tokensRevoked apiKeysRevoked } }', {}, viewer);
const openAnother = (confirmed = false) =>
  app.unit(() =>
    app
      .get(Sessions)
      .open(ada.accountId!, 'PASSWORD', nobody.origin, { remember: true, confirmed }),
  );
const newToken = async (viewer: Viewer) => {
  await app.graphql('mutation { setApiAccess(enabled: true) { enabled } }', {}, viewer);
  const answer = await app.graphql(
    'mutation { createAccessToken(input: { name: "tool", scopes: [ACCOUNT_READ] }) { secret } }',
    {},
    viewer,
  );
  return (answer.data as { createAccessToken: { secret: string } }).createAccessToken.secret;
};
const activity = () =>
  app.unit(() =>
    app.kernel.database.query<{ details: object }>(
      `select details from activity where account_id = $1 and kind = 'locked_down'`,
      [ada.accountId],
    ),
  );

test('locking down throws out all but this browser, and says whom', async () => {
  const thief = await openAnother();
  await openAnother();
  const token = await newToken(ada);
  await app.graphql(
    'mutation { requestEmailChange(email: "eve@example.org") { pendingEmail } addSecondaryEmail(email: "eve2@example.org") { secondaryEmail { email } } }',
    {},
    ada,
  );
  expect((await lockDown()).data).toEqual({
    lockDown: { sessionsEnded: 2, tokensRevoked: 1, apiKeysRevoked: 3 },
  });
  expect((await viewerOf(app, thief.secret)).kind).toBe('anonymous');
  expect(await whoAt(app, { token }, nobody.origin.address)).toBe('UNAUTHENTICATED');
  const { data } = await app.graphql(
    '{ me { pendingEmail security { secondaryEmail { email } sessions { current } } } }',
    {},
    ada,
  );
  expect(data).toEqual({
    me: { pendingEmail: null, security: { secondaryEmail: null, sessions: [{ current: true }] } },
  });
  const told = { sessions: 2, accessTokens: 1, apiKeys: 3, emailChange: true };
  expect(await activity()).toEqual([{ details: told }]);
});

test('a copy of this browser’s cookie is worth nothing afterwards, the browser’s own is', async () => {
  const stolen = app.secretOf(ada);
  await lockDown();
  expect((await viewerOf(app, stolen)).kind).toBe('anonymous');
  expect((await viewerOf(app, app.secretOf(ada))).credentialId).toBe(ada.credentialId);
});

test('it asks for no proof, and works when there is nothing to end', async () => {
  const cold = await app.signedIn({ confirmed: false });
  expect((await lockDown(cold)).data).toMatchObject({ lockDown: { sessionsEnded: 0 } });
});

test('a verified second address, the password and the second factor stay', async () => {
  await app.unit(() =>
    app.kernel.database.query(
      `insert into secondary_email (account_id, email, email_canonical) values ($1, $2, $2)`,
      [ada.accountId, 'ada.home@example.org'],
    ),
  );
  await lockDown();
  const document = '{ me { security { hasPassword secondaryEmail { email verified } } } }';
  expect((await app.graphql(document, {}, ada)).data).toEqual({
    me: {
      security: {
        hasPassword: true,
        secondaryEmail: { email: 'ada.home@example.org', verified: true },
      },
    },
  });
});

test('an access token locks nobody down', async () => {
  const who = await whoAt(app, { token: await newToken(ada) }, nobody.origin.address);
  expect(refusalOf(await lockDown(who as Viewer))?.code).toBe('FORBIDDEN');
  expect(await activity()).toEqual([]);
});

test('a thief’s session that is being ended leaves no token behind, on two servers at once', async () => {
  const second = await openBeside(app);
  for (let round = 0; round < 10; round++) {
    const owner = await app.signedIn();
    await app.graphql('mutation { setApiAccess(enabled: true) { enabled } }', {}, owner);
    const { secret } = await app.unit(() =>
      app.get(Sessions).open(owner.accountId!, 'PASSWORD', nobody.origin, {
        remember: true,
        confirmed: true,
      }),
    );
    const thief = await viewerOf(app, secret);
    const input = { name: 'back door', scopes: ['ACCOUNT_READ'] as const };
    const [, made] = await Promise.all([
      app.unit(() => app.get(LockDowns).lockDown(owner)),
      codeOf(second.unit(() => second.get(AccessTokens).create(thief, input))),
    ]);
    expect(['done', 'IDENTITY_CONFIRMATION_REQUIRED']).toContain(made);
    const left = await app.unit(() => app.get(AccessTokens).list(owner.accountId!));
    expect(left).toEqual([]);
  }
  await second.close();
});

test('whoever locks down may sign in again with what he has', async () => {
  await lockDown();
  const { data } = await app.graphql(
    `mutation ($login: String!, $password: String!) {
      signIn(input: { login: $login, password: $password }) { __typename } }`,
    { login: ada.name, password: goodPassword },
  );
  expect(data).toEqual({ signIn: { __typename: 'SignedIn' } });
});
