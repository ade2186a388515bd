import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { createTestApp, goodPassword, nobody } from '../../../test/app.js';
import type { TestApp } from '../../../test/app.js';
import { nobodyAt, refusalOf, viewerOf } from '../../../test/beside.js';
import { SignIns } from './sign-ins.js';
import type { Viewer } from '../../kernel/access/viewer.js';
import type { SignedIn } from '../session/sign-in-completion.js';

let app: TestApp;
beforeAll(async () => {
  app = await createTestApp();
  await app.signedIn({ username: 'ada' });
  await app.signedIn({ username: 'gone' });
  await run(`update account set disabled_at = now() where username = 'gone'`);
});
beforeEach(() => run('delete from rate_limit'));
afterAll(() => app.close());

const run = (sql: string, values: unknown[] = []) =>
  app.unit(() => app.kernel.database.query(sql, values));
const document = `mutation ($input: SignInInput!) {
  signIn(input: $input) { __typename ... on SignedIn { account { id username } } }
}`;
const signIn = (login: string, password: string, viewer = nobody) =>
  app.graphql(document, { input: { login, password } }, viewer);

describe('signing in', () => {
  test.each([
    'ada',
    'ADA',
    '  Ada ',
    'ada@example.org',
    'Ada@Example.ORG',
    ' ada@example.org ',
    'ａｄａ@example.org',
  ])('works with %j', async (login) => {
    const { data, errors } = await signIn(login, goodPassword);
    expect(errors).toBeUndefined();
    expect(data).toMatchObject({
      signIn: { __typename: 'SignedIn', account: { username: 'ada' } },
    });
  });

  test.each([
    ['nobody', goodPassword],
    ['nobody@example.org', goodPassword],
    ['not an address@', goodPassword],
    ['', goodPassword],
    ['ada', `${goodPassword}.`],
    ['ada', ''],
    ['ada@example.org', 'wrong'],
    ['gone', 'wrong'],
    ["' or 1=1 --", 'x'],
    ['ada%', goodPassword],
    ['_da', goodPassword],
  ])('as %j with %j says the same to all who fail', async (login, password) => {
    const answer = await signIn(login, password);
    expect(answer.errors?.[0]?.message).toBe('Wrong username or password.');
    expect(refusalOf(answer)).toEqual({ code: 'INVALID_CREDENTIALS' });
  });

  test('asks the database the same for a wrong password as for nobody, and so takes as long', async () => {
    const { database } = app.kernel;
    const asked = async (login: string) => {
      const spies = [vi.spyOn(database, 'query'), vi.spyOn(database, 'queryApart')];
      await signIn(login, 'wrong', nobodyAt('198.51.100.1'));
      const statements = spies.map((spy) => spy.mock.calls.map(([sql]) => sql));
      for (const spy of spies) spy.mockRestore();
      return statements;
    };
    const known = await asked('ada');
    expect(known.flat().length).toBeGreaterThan(4);
    expect(await asked('nobody')).toEqual(known);
    expect(await asked('nobody@example.org')).toEqual(await asked('ada@example.org'));
  });

  test('says that an account is disabled only to who knows its password', async () => {
    expect(refusalOf(await signIn('gone', goodPassword))).toEqual({ code: 'ACCOUNT_DISABLED' });
    const sessions = await run(`select s.id from session s
      join account a on a.id = s.account_id where a.username = 'gone'`);
    expect(sessions).toHaveLength(1);
  });

  test.each([
    ['login', 'a\0da', goodPassword],
    ['login', 'a\ud800', goodPassword],
    ['login', 'x'.repeat(5_000), goodPassword],
    ['password', 'ada', 'with\0nul'],
    ['password', 'ada', '\udfff'],
    ['password', 'ada', 'x'.repeat(257)],
  ])('refuses an unusable %s by its name', async (field, login, password) => {
    expect(refusalOf(await signIn(login, password))).toEqual({ code: 'BAD_USER_INPUT', field });
  });

  test('gives a new secret each time and leaves the browser no choice of it', async () => {
    const input = { login: 'ada', password: goodPassword, remember: true };
    const enter = (viewer: Viewer) =>
      app.unit(() => app.get(SignIns).signIn(viewer, input)) as Promise<SignedIn>;
    const first = await enter(nobody);
    const fixated = await viewerOf(app, first.secret);
    const second = await enter(fixated);
    expect(second.secret).not.toBe(first.secret);
    const viewer = await viewerOf(app, second.secret);
    expect(viewer.credentialId).not.toBe(fixated.credentialId);
  });

  test('is noted, and so is failing', async () => {
    const before = app.clock.now();
    app.clock.advance(1_000);
    await signIn('ada', goodPassword);
    app.clock.advance(1_000);
    await signIn('ada', 'wrong');
    await signIn('nobody', 'wrong');
    await app.worker.open();
    const from = { address: '203.0.113.7', user_agent: 'test' };
    await vi.waitFor(async () => {
      expect(await run('select 1 from graphile_worker.jobs')).toEqual([]);
    }, 5_000);
    const rows = await run(
      'select kind, actor, address, user_agent from activity where at > $1 order by at, id',
      [before],
    );
    expect(rows.filter((row) => row['kind'] === 'sign_in.succeeded')).toEqual([
      { kind: 'sign_in.succeeded', actor: 'ada', ...from },
    ]);
    expect(rows.at(-1)).toEqual({ kind: 'sign_in.failed', actor: '', ...from });
  });
});
