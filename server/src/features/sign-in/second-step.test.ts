import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createTestApp, goodPassword, nobody } from '../../../test/app.js';
import type { TestApp } from '../../../test/app.js';
import { nobodyAt, refusalOf, viewerOf } from '../../../test/beside.js';
import { authenticatorOf, challengeFor, enrol, now } from '../../../test/second-factor.js';
import type { Authenticator } from '../../../test/second-factor.js';
import type { Viewer } from '../../kernel/access/viewer.js';
import { Passwords } from '../password/passwords.js';
import { Session } from '../session/session.entity.js';
import { SecondSteps } from './second-steps.js';

const minute = 60_000;
const step = 30_000;

let app: TestApp;
let ada: Viewer;
let authenticator: Authenticator;
beforeAll(async () => {
  app = await createTestApp();
});
beforeEach(async () => {
  ada = await app.signedIn();
  authenticator = await enrol(app, ada);
});
afterAll(() => app.close());

const first = `mutation ($input: SignInInput!) {
  signIn(input: $input) {
    __typename
    ... on SecondFactorRequired { challenge methods expiresAt }
    ... on SignedIn { account { username } }
  }
}`;
const second = `mutation ($input: CompleteSignInInput!) {
  completeSignIn(input: $input) {
    account { username security { recoveryCodesLeft sessions { current method } } }
  }
}`;
const challenge = (options = {}) => challengeFor(app, ada.name, goodPassword, options);
const complete = (input: object, browser?: string) =>
  app.graphql(second, { input }, nobody, browser);
const run = <Row = Record<string, unknown>>(sql: string) =>
  app.unit(() => app.kernel.database.query<Row>(sql, [ada.accountId]));
const newest = async () => {
  const [row] = await app.unit(() =>
    app.kernel.database.em.find(
      Session,
      { accountId: ada.accountId! },
      { orderBy: { id: 'desc' }, limit: 1 },
    ),
  );
  return row!;
};
/** Signs in by the use-case, so that the cookie's secret is at hand. */
const enter = async (input: { totpCode?: string; recoveryCode?: string }) => {
  const given = { ...input, challenge: await challenge() };
  const { secret } = await app.unit(() =>
    app.get(SecondSteps).complete(nobody, given, 'the browser of this test'),
  );
  return viewerOf(app, secret);
};

describe('signing in with a second factor', () => {
  test('the password opens no session but asks for the second step, for five minutes', async () => {
    const before = await run('select 1 from session where account_id = $1');
    const { data } = await app.graphql(first, {
      input: { login: ada.name, password: goodPassword },
    });
    expect(data).toEqual({
      signIn: {
        __typename: 'SecondFactorRequired',
        challenge: expect.stringMatching(/^[\w-]{43}$/) as string,
        methods: ['TOTP', 'RECOVERY_CODE'],
        expiresAt: new Date(app.clock.now().getTime() + 5 * minute).toISOString(),
      },
    });
    expect(await run('select 1 from session where account_id = $1')).toHaveLength(before.length);
  });

  test('a wrong password hears nothing of it', async () => {
    const answer = await app.graphql(first, { input: { login: ada.name, password: 'wrong' } });
    expect(answer.errors?.[0]?.message).toBe('Wrong username or password.');
    expect(refusalOf(answer)).toEqual({ code: 'INVALID_CREDENTIALS' });
  });

  test.each([-1, 0, 1])('the code of %d steps from now signs in', async (later) => {
    app.clock.advance(step * 2);
    const input = { challenge: await challenge(), totpCode: authenticator.code(later) };
    const { data, errors } = await complete(input);
    expect(errors).toBeUndefined();
    expect(data).toMatchObject({
      completeSignIn: {
        account: {
          username: ada.name,
          security: { sessions: [{ current: true, method: 'PASSWORD_TOTP' }, {}] },
        },
      },
    });
    const rows = await run<{ details: object; actor: string }>(
      `select details, actor from activity where account_id = $1 and kind = 'sign_in.succeeded'`,
    );
    expect(rows).toEqual([{ details: { method: 'PASSWORD_TOTP' }, actor: ada.name }]);
  });

  test.each([-2, 2])('the code of %d steps from now does not', async (later) => {
    app.clock.advance(step * 4);
    const input = { challenge: await challenge(), totpCode: authenticator.code(later) };
    expect(refusalOf(await complete(input))).toEqual({
      code: 'INVALID_CREDENTIALS',
      field: 'totpCode',
    });
  });

  test('opens the window for sensitive changes', async () => {
    const viewer = await enter({ totpCode: authenticator.code() });
    expect(viewer.confirmedUntil).toEqual(new Date(app.clock.now().getTime() + 10 * minute));
    const { data } = await app.graphql('mutation { disableTotp { totpEnabled } }', {}, viewer);
    expect(data).toEqual({ disableTotp: { totpEnabled: false } });
    const answer = await app.graphql(first, {
      input: { login: ada.name, password: goodPassword },
    });
    expect(answer.data).toMatchObject({ signIn: { __typename: 'SignedIn' } });
  });

  test.each([true, false])('remembers that the first step said remember: %s', async (remember) => {
    await complete({
      challenge: await challenge({ remember }),
      totpCode: authenticator.code(),
    });
    expect((await newest()).remember).toBe(remember);
  });

  test('a disabled account is told so after its password, and after its code as well', async () => {
    const open = await challenge();
    await run('update account set disabled_at = now() where id = $1');
    const answer = await app.graphql(first, {
      input: { login: ada.name, password: goodPassword },
    });
    expect(refusalOf(answer)?.code).toBe('ACCOUNT_DISABLED');
    const late = await complete({ challenge: open, totpCode: authenticator.code() });
    expect(refusalOf(late)?.code).toBe('ACCOUNT_DISABLED');
  });
});

describe('a recovery code', () => {
  test('signs in once, however it is typed, and says how many are left', async () => {
    const [code = ''] = authenticator.recoveryCodes;
    const typed = ` ${code.replaceAll('-', '').toUpperCase().replaceAll('0', 'o')} `;
    const { data } = await complete({ challenge: await challenge(), recoveryCode: typed });
    expect(data).toMatchObject({
      completeSignIn: {
        account: {
          security: {
            recoveryCodesLeft: 9,
            sessions: [{ current: true, method: 'PASSWORD_RECOVERY_CODE' }, {}],
          },
        },
      },
    });
    const again = await complete({ challenge: await challenge(), recoveryCode: code });
    expect(refusalOf(again)).toEqual({ code: 'INVALID_CREDENTIALS', field: 'recoveryCode' });
    const used = await run(
      `select details, actor from activity where account_id = $1 and kind = 'recovery_code.used'`,
    );
    expect(used).toEqual([{ details: { left: 9 }, actor: ada.name }]);
  });

  test('of another person or of a former set is none', async () => {
    const other = await enrol(app, await app.signedIn());
    const viewer = await enter({ totpCode: authenticator.code() });
    await app.graphql('mutation { regenerateRecoveryCodes { codes } }', {}, viewer);
    for (const recoveryCode of [other.recoveryCodes[0]!, authenticator.recoveryCodes[0]!]) {
      const answer = await complete({ challenge: await challenge(), recoveryCode });
      expect(refusalOf(answer)?.code).toBe('INVALID_CREDENTIALS');
    }
  });

  test('is no longer offered when all are used', async () => {
    await run('update recovery_code set used_at = now() where account_id = $1');
    const { data } = await app.graphql(first, {
      input: { login: ada.name, password: goodPassword },
    });
    expect(data).toMatchObject({ signIn: { methods: ['TOTP'] } });
  });

  test('opens the way to a new authenticator, and to nothing else', async () => {
    const viewer = await enter({ recoveryCode: authenticator.recoveryCodes[0]! });
    expect(viewer.confirmedUntil).toBeNull();
    const api = await app.graphql(
      'mutation { setApiAccess(enabled: true) { enabled } }',
      {},
      viewer,
    );
    expect(refusalOf(api)?.code).toBe('IDENTITY_CONFIRMATION_REQUIRED');

    const codes = await app.graphql('mutation { regenerateRecoveryCodes { codes } }', {}, viewer);
    expect(refusalOf(codes)).toBeNull();
    const start = await app.graphql('mutation { startTotp { secret } }', {}, viewer);
    const { secret } = start.data!['startTotp'] as { secret: string };
    const next = authenticatorOf(app, secret);
    const confirm = 'mutation ($code: String!) { confirmTotp(code: $code) { codes } }';
    expect(refusalOf(await app.graphql(confirm, { code: next.code() }, viewer))).toBeNull();

    const off = await app.graphql('mutation { disableTotp { totpEnabled } }', {}, viewer);
    expect(off.data).toEqual({ disableTotp: { totpEnabled: false } });
    const late = await app.graphql(
      'mutation { setApiAccess(enabled: true) { enabled } }',
      {},
      { ...viewer, confirmedUntil: (await now(app, ada)).confirmedUntil },
    );
    expect(refusalOf(late)?.code).toBe('IDENTITY_CONFIRMATION_REQUIRED');
  });

  test('opens that way for ten minutes only', async () => {
    const viewer = await enter({ recoveryCode: authenticator.recoveryCodes[0]! });
    app.clock.advance(10 * minute);
    const off = await app.graphql('mutation { disableTotp { totpEnabled } }', {}, viewer);
    expect(refusalOf(off)?.code).toBe('IDENTITY_CONFIRMATION_REQUIRED');
  });
});

describe('the challenge between the steps', () => {
  const gone = { code: 'INVALID_TOKEN', field: 'challenge' };

  test('is good once', async () => {
    const open = await challenge();
    expect(refusalOf(await complete({ challenge: open, totpCode: authenticator.code() }))).toBe(
      null,
    );
    const again = { challenge: open, recoveryCode: authenticator.recoveryCodes[0]! };
    expect(refusalOf(await complete(again))).toEqual(gone);
  });

  test('belongs to the browser that began it, and stays good there', async () => {
    const open = await challenge({ browser: 'hers' });
    const input = { challenge: open, totpCode: authenticator.code() };
    for (const browser of ['his', '', undefined]) {
      expect(refusalOf(await complete(input, browser))).toEqual(gone);
    }
    expect(refusalOf(await complete(input, 'hers'))).toBeNull();
  });

  test('is over after five minutes', async () => {
    const open = await challenge();
    app.clock.advance(5 * minute);
    const input = { challenge: open, totpCode: authenticator.code() };
    expect(refusalOf(await complete(input))).toEqual(gone);
    await app.unit(() => app.get(SecondSteps).sweep());
    expect(await run('select 1 from sign_in_challenge where account_id = $1')).toEqual([]);
  });

  test('dies with the password that began it', async () => {
    const open = await challenge();
    await app.unit(() =>
      app.get(Passwords).set(ada, ada.accountId!, 'an engine of brass', { oneTime: false }),
    );
    const input = { challenge: open, totpCode: authenticator.code() };
    expect(refusalOf(await complete(input))).toEqual(gone);
  });

  test.each(['', 'wrong', '\0', '\ud800', 'x'.repeat(10_000)])('%j is none', async (open) => {
    const input = { challenge: open, totpCode: authenticator.code() };
    expect(refusalOf(await complete(input))).toEqual(gone);
  });

  test.each([
    [{}, 'input'],
    [{ totpCode: null, recoveryCode: null }, 'input'],
    [{ totpCode: '123456', recoveryCode: '0123-4567-89ab-cdef' }, 'input'],
    [{ totpCode: 'a\0b' }, 'totpCode'],
    [{ recoveryCode: '\ud800' }, 'recoveryCode'],
    [{ totpCode: '1'.repeat(10_000) }, 'totpCode'],
  ])('with %j is refused as unusable, and costs no try', async (codes, field) => {
    const open = await challenge();
    for (let n = 0; n < 6; n += 1) {
      const answer = await complete({ challenge: open, ...codes });
      expect(refusalOf(answer)).toEqual({ code: 'BAD_USER_INPUT', field });
    }
    const input = { challenge: open, totpCode: authenticator.code() };
    expect(refusalOf(await complete(input))).toBeNull();
  });
});

test('a try in vain is in the log, with the address it came from', async () => {
  const open = await challenge();
  const input = { challenge: open, totpCode: authenticator.wrong() };
  await app.unit(async () => {
    const tried = app
      .get(SecondSteps)
      .complete(nobodyAt('198.51.100.4'), input, 'the browser of this test');
    await expect(tried).rejects.toMatchObject({ code: 'INVALID_CREDENTIALS' });
  });
  const rows = await run(
    `select details, address from activity where account_id = $1 and kind = 'second_factor.failed'`,
  );
  expect(rows).toEqual([{ details: { method: 'TOTP' }, address: '198.51.100.4' }]);
});
