import { afterAll, beforeAll, expect, test } from 'vitest';
import { goodPassword } from '../../../test/app.js';
import { viewerOf } from '../../../test/beside.js';
import { enrol } from '../../../test/second-factor.js';
import { createTestServer } from '../../../test/server.js';
import type { TestServer } from '../../../test/server.js';
import { newSecret } from '../../kernel/crypto/token.js';

let server: TestServer;
beforeAll(async () => {
  server = await createTestServer();
});
afterAll(() => server.close());

const document = `mutation ($input: SignInInput!) { signIn(input: $input) {
  __typename ... on SecondFactorRequired { challenge } } }`;
const completeDocument = `mutation ($input: CompleteSignInInput!) {
  completeSignIn(input: $input) { __typename } }`;
const cookieIn = (headers: Headers) =>
  /^gatehouse=([\w-]{43});/m.exec(headers.getSetCookie().join('\n'))?.[1];
const signIn = (login: string, cookie: string) =>
  server.graphql(document, { input: { login, password: goodPassword } }, { cookie });

test('a session cookie that was planted before is never the one somebody is signed in with', async () => {
  const { app } = server;
  const ada = await app.signedIn();
  const planted = newSecret();
  const { headers } = await signIn(ada.name, planted);
  expect(cookieIn(headers)).toBeDefined();
  expect(cookieIn(headers)).not.toBe(planted);
  expect((await viewerOf(app, planted)).kind).toBe('anonymous');
});

test('nor does somebody else’s session become theirs', async () => {
  const { app } = server;
  const [ada, eve] = [await app.signedIn(), await app.signedIn()];
  const { headers } = await signIn(ada.name, app.secretOf(eve));
  expect((await viewerOf(app, cookieIn(headers)!)).accountId).toBe(ada.accountId);
  expect((await viewerOf(app, app.secretOf(eve))).accountId).toBe(eve.accountId);
});

test('a second step that another browser began is nothing to it, whatever cookie it brings', async () => {
  const { app } = server;
  const ada = await app.signedIn();
  const phone = await enrol(app, ada);
  const begun = await signIn(ada.name, newSecret());
  const { challenge } = begun.data!['signIn'] as { challenge: string };
  const input = { challenge, totpCode: phone.code() };
  const stolen = await server.graphql(completeDocument, { input }, { cookie: newSecret() });
  expect(stolen.errors?.[0]?.extensions.code).toBe('INVALID_TOKEN');
  expect(cookieIn(stolen.headers) ?? null).toBeNull();
});
