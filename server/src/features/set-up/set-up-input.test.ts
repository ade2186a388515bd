import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestApp } from '../../../test/app.js';
import type { TestApp } from '../../../test/app.js';
import { openBeside, refusalOf } from '../../../test/beside.js';
import { Sites } from '../site/sites.js';

let app: TestApp;
beforeAll(async () => {
  app = await createTestApp({ SETUP_TOKEN: 'chosen-by-the-operator-himself' });
  await app.unit(() => app.get(Sites).offerSetUp());
});
afterAll(() => app.close());

const input = {
  token: 'chosen-by-the-operator-himself',
  username: 'ada',
  email: 'ada@example.org',
  password: 'an engine of brass',
};
const setUp = (change: object = {}) =>
  app.graphql(
    `mutation ($input: SetUpSiteInput!) { setUpSite(input: $input) { account { username } } }`,
    { input: { ...input, ...change } },
  );
const rows = () =>
  app.unit(() =>
    app.kernel.database.query(`select (select count(*)::int from account) as accounts,
      (select count(*)::int from activity) as acts, (select count(*)::int from session) as sessions`),
  );

test.each([
  ['INVALID_TOKEN', 'token', { token: '' }],
  ['INVALID_TOKEN', 'token', { token: '\0' }],
  ['INVALID_TOKEN', 'token', { token: 'x'.repeat(50_000) }],
  ['BAD_USER_INPUT', 'username', { username: 'Ada' }],
  ['BAD_USER_INPUT', 'username', { username: 'a\0a' }],
  ['BAD_USER_INPUT', 'email', { email: 'ada' }],
  ['BAD_USER_INPUT', 'email', { email: 'ada@exa\0mple.org' }],
  ['BAD_USER_INPUT', 'email', { email: `${'x'.repeat(320)}@example.org` }],
  ['BAD_USER_INPUT', 'password', { password: 'an engine of \0 brass' }],
  ['WEAK_PASSWORD', 'password', { password: 'x'.repeat(5_000) }],
])('refuses %s %s: %j, and leaves nothing but the token', async (code, field, change) => {
  expect(refusalOf(await setUp(change))).toMatchObject({ code, field });
  expect(await rows()).toEqual([{ accounts: 0, acts: 0, sessions: 0 }]);
});

test('takes the operator’s token once, and a restart offers it no more', async () => {
  expect((await setUp()).data).toEqual({ setUpSite: { account: { username: 'ada' } } });
  const second = await openBeside(app);
  expect(await second.unit(() => second.get(Sites).offerSetUp())).toBeNull();
  await second.close();
  await app.unit(() => app.get(Sites).offerSetUp());
  const again = await setUp({ username: 'eve', email: 'eve@example.org' });
  expect(refusalOf(again)).toEqual({ code: 'INVALID_TOKEN', field: 'token' });
});
