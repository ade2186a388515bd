import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createTestApp, goodPassword, nobody } from '../../../test/app.js';
import type { TestApp } from '../../../test/app.js';
import { codeOf, refusalOf, viewerOf } from '../../../test/beside.js';
import type { Viewer } from '../../kernel/access/viewer.js';
import { SignIns } from '../sign-in/sign-ins.js';
import { Sessions } from '../session/sessions.js';
import type { SignedIn } from '../session/sign-in-completion.js';

const next = 'an engine of brass';

let app: TestApp;
let ada: Viewer;
beforeAll(async () => {
  app = await createTestApp();
});
beforeEach(async () => {
  ada = await app.signedIn();
});
afterAll(() => app.close());

const run = (sql: string, values: unknown[] = []) =>
  app.unit(() => app.kernel.database.query(sql, values));
const signIn = (password: string) => {
  const input = { login: ada.name, password, remember: true };
  return app.unit(() => app.get(SignIns).signIn(nobody, input)) as Promise<SignedIn>;
};
const document = `mutation ($current: String, $next: String!) {
  changePassword(currentPassword: $current, newPassword: $next) {
    passwordChangedAt sessions { id current }
  }
}`;
const change = (current: string | null, password: string, viewer = ada) =>
  app.graphql(document, { current, next: password }, viewer);

describe('changing the password', () => {
  test('ends every other session and keeps this one, with a new secret', async () => {
    const others = await Promise.all([signIn(goodPassword), signIn(goodPassword)]);
    const former = app.secretOf(ada);
    const { data, errors } = await change(goodPassword, next);
    expect(errors).toBeUndefined();
    expect(data).toMatchObject({
      changePassword: {
        passwordChangedAt: app.clock.now().toISOString(),
        sessions: [{ id: ada.credentialId, current: true }],
      },
    });
    for (const { secret } of others) expect((await viewerOf(app, secret)).kind).toBe('anonymous');
    expect(app.secretOf(ada)).not.toBe(former);
    expect((await viewerOf(app, former)).kind).toBe('anonymous');
    expect(await viewerOf(app, app.secretOf(ada))).toMatchObject({
      credentialId: ada.credentialId,
      confirmedUntil: ada.confirmedUntil,
    });
    expect(await codeOf(signIn(goodPassword))).toBe('INVALID_CREDENTIALS');
    expect(await codeOf(signIn(next))).toBe('done');
  });

  test('kills the secret a confirmation had left good for seconds', async () => {
    const former = app.secretOf(ada);
    await app.graphql(
      `mutation { confirmIdentity(input: { password: "${goodPassword}" }) { confirmedUntil } }`,
      {},
      ada,
    );
    expect((await viewerOf(app, former)).kind).toBe('session');
    await change(goodPassword, next);
    expect((await viewerOf(app, former)).kind).toBe('anonymous');
  });

  test.each([
    ['a wrong one', 'wrong'],
    ['none', null],
  ])('needs the current one: %s is refused and nothing changes', async (_, current) => {
    const other = await signIn(goodPassword);
    const answer = await change(current, next);
    expect(refusalOf(answer)).toEqual({ code: 'INVALID_CREDENTIALS', field: 'currentPassword' });
    expect((await viewerOf(app, other.secret)).kind).toBe('session');
    expect(await codeOf(signIn(goodPassword))).toBe('done');
  });

  test.each([
    ['brass-q7', ['TOO_SHORT']],
    ['password1234', ['COMMON']],
    ['ｐａｓｓｗｏｒｄ１２３４', ['COMMON']],
    ['aaaaaaaaaaaaaaaa', ['COMMON']],
    ['gatehouse2026!', ['CONTEXTUAL']],
    ['x'.repeat(257), ['TOO_LONG']],
  ])('to %j is refused with the reasons', async (password, issues) => {
    expect(refusalOf(await change(goodPassword, password))).toEqual({
      code: 'WEAK_PASSWORD',
      field: 'newPassword',
      issues,
    });
    expect((await viewerOf(app, app.secretOf(ada))).kind).toBe('session');
  });

  test.each([
    ['newPassword', goodPassword, 'has a NUL \0 in it'],
    ['newPassword', goodPassword, 'half a pair \ud800 in it'],
    ['currentPassword', 'has a NUL \0 in it', next],
    ['currentPassword', 'x'.repeat(300), next],
  ])('names %s when it cannot be one', async (field, current, password) => {
    const answer = await change(current, password);
    expect(refusalOf(answer)).toEqual({ code: 'BAD_USER_INPUT', field });
  });

  test('is for sessions only, and for whoever has one', async () => {
    const token: Viewer = { ...ada, kind: 'token', scopes: new Set(['ACCOUNT_WRITE', 'ADMIN']) };
    expect(refusalOf(await change(goodPassword, next, token))?.code).toBe('FORBIDDEN');
    expect(refusalOf(await change(goodPassword, next, nobody))?.code).toBe('UNAUTHENTICATED');
  });

  test('is undone as a whole when the session has ended meanwhile', async () => {
    await app.unit(() => app.get(Sessions).endAll(ada.accountId!, null));
    expect(refusalOf(await change(goodPassword, next))?.code).toBe('UNAUTHENTICATED');
    expect(await codeOf(signIn(goodPassword))).toBe('done');
    expect(
      await run('select 1 from activity where account_id = $1 and kind = $2', [
        ada.accountId,
        'session.ended',
      ]),
    ).toEqual([]);
  });

  test('without one needs a fresh proof instead, and makes one', async () => {
    await run('delete from password where account_id = $1', [ada.accountId]);
    const late = { ...ada, confirmedUntil: app.clock.now() };
    const refused = await change(null, next, late);
    expect(refusalOf(refused)).toEqual({ code: 'IDENTITY_CONFIRMATION_REQUIRED' });
    expect(refusalOf(await change(null, next))).toBeNull();
    expect(await codeOf(signIn(next))).toBe('done');
  });

  test('is in the log once, with the number of sessions it ended', async () => {
    await signIn(goodPassword);
    app.clock.advance(1_000);
    await change(goodPassword, next);
    const rows = await run(
      `select kind, details, actor_kind from activity
       where account_id = $1 and at = $2 order by id`,
      [ada.accountId, app.clock.now()],
    );
    expect(rows).toEqual([
      { kind: 'password.changed', details: { oneTime: false }, actor_kind: 'session' },
      { kind: 'session.ended', details: { ended: 1 }, actor_kind: 'session' },
    ]);
  });
});

test('a hash of yesterday’s cost is made anew, and never over a newer password', async () => {
  const { PasswordHasher } = await import('../../kernel/crypto/password-hash.js');
  const weak = new PasswordHasher({ cost: { memory: 64, passes: 1, lanes: 1 } });
  const hash = await weak.hash(goodPassword);
  await run('update password set hash = $2 where account_id = $1', [ada.accountId, hash]);
  await signIn(goodPassword);
  const [row] = await run('select hash from password where account_id = $1', [ada.accountId]);
  expect(row!['hash']).toContain('m=1024,');
  expect(await codeOf(signIn(goodPassword))).toBe('done');
});
