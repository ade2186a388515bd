import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createTestApp, goodPassword, nobody } from '../../../test/app.js';
import type { TestApp } from '../../../test/app.js';
import { codeOf, openBeside, refusalOf, viewerOf } from '../../../test/beside.js';
import { Links } from '../../kernel/access/link.js';
import type { Viewer } from '../../kernel/access/viewer.js';
import { AccessTokens } from '../access-token/access-tokens.js';
import { Passwords } from '../password/passwords.js';
import { SignIns } from '../sign-in/sign-ins.js';
import { Recoveries } from './recoveries.js';

const chosen = 'an engine of brass';
const week = 7 * 86_400;

let app: TestApp;
let ada: Viewer;
let links: Links;
beforeAll(async () => {
  app = await createTestApp();
  links = new Links(app.kernel.database, app.clock);
});
beforeEach(async () => {
  ada = await app.signedIn();
});
afterAll(() => app.close());

const run = (sql: string) => app.unit(() => app.kernel.database.query(sql, [ada.accountId]));
const issue = async (purpose = 'welcome') =>
  (await app.unit(() => links.issue(purpose, ada.accountId!, week))).secret;
const document = `mutation ($token: String!, $newPassword: String!) {
  resetPassword(token: $token, newPassword: $newPassword)
}`;
const reset = (token: string, newPassword = chosen, viewer = nobody) =>
  app.graphql(document, { token, newPassword }, viewer);
const signIn = (password: string) => {
  const input = { login: ada.name, password, remember: true };
  return codeOf(app.unit(() => app.get(SignIns).signIn(nobody, input)));
};
const used = { code: 'INVALID_TOKEN', field: 'token' };

describe('a link to choose a password', () => {
  test('sets it, proves the address, ends every session and signs nobody in', async () => {
    expect(await run('select email_verified from account where id = $1')).toEqual([
      { email_verified: false },
    ]);
    expect((await reset(await issue())).data).toEqual({ resetPassword: true });
    expect(await run('select email_verified from account where id = $1')).toEqual([
      { email_verified: true },
    ]);
    expect((await viewerOf(app, app.secretOf(ada))).kind).toBe('anonymous');
    expect(await run('select 1 from session where account_id = $1')).toEqual([]);
    expect(await signIn(goodPassword)).toBe('INVALID_CREDENTIALS');
    expect(await signIn(chosen)).toBe('done');
  });

  test('ends access tokens', async () => {
    await app.unit(async () => {
      await app.get(AccessTokens).setEnabled(ada, true);
      await app.get(AccessTokens).create(ada, { name: 'host', scopes: ['ACCOUNT_READ'] });
    });
    await reset(await issue());
    expect(await run('select 1 from access_token where account_id = $1')).toEqual([]);
    const rows = await run(
      `select details from activity where account_id = $1 and kind = 'session.ended'`,
    );
    expect(rows).toEqual([{ details: { ended: 1, accessTokens: 1 } }]);
  });

  test('works once, also when fifty servers’ worth of clicks come at once', async () => {
    const second = await openBeside(app);
    const token = await issue();
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, n) =>
        n % 2 === 0
          ? reset(token, `${chosen} ${n}`).then((answer) => refusalOf(answer)?.code ?? 'done')
          : codeOf(
              second.unit(() =>
                second.get(Recoveries).resetPassword(nobody, token, `${chosen} ${n}`),
              ),
            ),
      ),
    );
    await second.close();
    expect(answers.filter((code) => code === 'done')).toHaveLength(1);
    expect(answers.filter((code) => code === 'INVALID_TOKEN')).toHaveLength(49);
    expect(refusalOf(await reset(token))).toEqual(used);
  });

  test('is refused when it is too old', async () => {
    const token = await issue();
    app.clock.advance(week * 1_000);
    expect(refusalOf(await reset(token))).toEqual(used);
  });

  test.each(['', 'wrong', '\0', '\ud800', 'x'.repeat(10_000)])(
    'is refused when it is %j',
    async (token) => {
      await issue();
      expect(refusalOf(await reset(token))).toEqual(used);
    },
  );

  test('for something else is none', async () => {
    expect(refusalOf(await reset(await issue('verify-email')))).toEqual(used);
  });

  test('dies with a newer one', async () => {
    const older = await issue();
    const newer = await issue();
    expect(refusalOf(await reset(older))).toEqual(used);
    expect(refusalOf(await reset(newer))).toBeNull();
  });

  test('dies with any other change of the password', async () => {
    const token = await issue();
    await app.unit(() => app.get(Passwords).change(ada, goodPassword, chosen));
    expect(refusalOf(await reset(token, 'what a thief would like'))).toEqual(used);
  });

  test.each([
    ['WEAK_PASSWORD', 'brass-q7'],
    ['BAD_USER_INPUT', 'an engine of \0 brass'],
  ])('stays good when the password is refused (%s)', async (code, password) => {
    const token = await issue();
    expect(refusalOf(await reset(token, password))).toMatchObject({ code, field: 'newPassword' });
    expect((await viewerOf(app, app.secretOf(ada))).kind).toBe('session');
    expect(refusalOf(await reset(token))).toBeNull();
  });

  test('gets in who had tried too often', async () => {
    for (let n = 0; n < 6; n += 1) await signIn('wrong');
    expect(await signIn(goodPassword)).toBe('RATE_LIMITED');
    await reset(await issue());
    expect(await signIn(chosen)).toBe('done');
  });

  test('ends a one-time password', async () => {
    await app.unit(() =>
      app.get(Passwords).set(ada, ada.accountId!, 'for one use only', { oneTime: true }),
    );
    await reset(await issue());
    expect(await run('select one_time_until from password where account_id = $1')).toEqual([
      { one_time_until: null },
    ]);
  });

  test('enables no account that is disabled', async () => {
    await run('update account set disabled_at = now() where id = $1');
    await reset(await issue());
    expect(await signIn(chosen)).toBe('ACCOUNT_DISABLED');
  });

  test('is not for access tokens', async () => {
    const token: Viewer = { ...ada, kind: 'token', scopes: new Set(['ACCOUNT_WRITE', 'ADMIN']) };
    expect(refusalOf(await reset(await issue(), chosen, token))?.code).toBe('FORBIDDEN');
  });
});
