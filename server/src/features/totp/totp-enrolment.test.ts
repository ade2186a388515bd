import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createTestApp, goodPassword, nobody } from '../../../test/app.js';
import type { TestApp } from '../../../test/app.js';
import { codeOf, openBeside, refusalOf, viewerOf } from '../../../test/beside.js';
import { authenticatorOf, challengeFor, enrol, now } from '../../../test/second-factor.js';
import type { Viewer } from '../../kernel/access/viewer.js';
import { Recoveries } from '../recovery/recoveries.js';
import { Links } from '../../kernel/access/link.js';
import { Sessions } from '../session/sessions.js';
import { TotpEnrolments } from './totp-enrolments.js';

const minute = 60_000;
const step = 30_000;

let app: TestApp;
let ada: Viewer;
beforeAll(async () => {
  app = await createTestApp({ SITE_NAME: 'Analytical Engines' });
});
beforeEach(async () => {
  ada = await app.signedIn();
});
afterAll(() => app.close());

const run = <Row = Record<string, unknown>>(sql: string, values: unknown[] = [ada.accountId]) =>
  app.unit(() => app.kernel.database.query<Row>(sql, values));
const start = async (viewer = ada) => {
  const answer = await app.graphql(
    'mutation { startTotp { secret uri qrSvg expiresAt } }',
    {},
    viewer,
  );
  expect(refusalOf(answer)).toBeNull();
  return answer.data!['startTotp'] as Record<'secret' | 'uri' | 'qrSvg' | 'expiresAt', string>;
};
const confirm = (code: string, viewer = ada) =>
  app.graphql('mutation ($code: String!) { confirmTotp(code: $code) { codes } }', { code }, viewer);
const disable = (viewer: Viewer) =>
  app.graphql('mutation { disableTotp { totpEnabled recoveryCodesLeft } }', {}, viewer);
const renew = (viewer: Viewer) =>
  app.graphql('mutation { regenerateRecoveryCodes { codes } }', {}, viewer);
const state = async () => {
  const answer = await app.graphql(
    '{ me { security { totpEnabled recoveryCodesLeft } } }',
    {},
    await now(app, ada),
  );
  return (answer.data as { me: { security: object } }).me.security;
};
const prove = async (code: string, viewer?: Viewer) =>
  app.graphql(
    'mutation ($code: String!) { confirmIdentity(input: { totpCode: $code }) { confirmedUntil } }',
    { code },
    viewer ?? (await now(app, ada)),
  );
const kinds = async () => {
  const rows = await run<{ kind: string }>(
    'select kind from activity where account_id = $1 order by id',
  );
  return rows.map(({ kind }) => kind);
};
const off = { totpEnabled: false, recoveryCodesLeft: 0 };
const on = { totpEnabled: true, recoveryCodesLeft: 10 };

describe('switching two-factor authentication on', () => {
  test('shows a key of 160 bits, its URI and its QR code, for ten minutes, and changes nothing yet', async () => {
    const shown = await start();
    expect(shown.secret).toMatch(/^[A-Z2-7]{32}$/);
    expect(shown.uri).toContain(`otpauth://totp/Analytical%20Engines:${ada.name}?`);
    expect(shown.qrSvg).toMatch(/^<svg /);
    expect(shown.expiresAt).toBe(new Date(app.clock.now().getTime() + 10 * minute).toISOString());
    expect(await state()).toEqual(off);
  });

  test('needs a right code, gives ten recovery codes and is in the log', async () => {
    const { secret } = await start();
    const authenticator = authenticatorOf(app, secret);
    expect(refusalOf(await confirm(authenticator.wrong()))).toEqual({
      code: 'INVALID_CREDENTIALS',
      field: 'code',
    });
    expect(await state()).toEqual(off);
    const { data } = await confirm(authenticator.code());
    const { codes } = data!['confirmTotp'] as { codes: string[] };
    expect(new Set(codes).size).toBe(10);
    expect(await state()).toEqual(on);
    expect(await kinds()).toContain('totp.enrolled');
  });

  test('starting again makes the first key worthless', async () => {
    const first = authenticatorOf(app, (await start()).secret);
    const second = authenticatorOf(app, (await start()).secret);
    expect(refusalOf(await confirm(first.code()))?.code).toBe('INVALID_CREDENTIALS');
    expect(refusalOf(await confirm(second.code()))).toBeNull();
  });

  test('is over after ten minutes, and cannot be confirmed twice or without a start', async () => {
    expect(refusalOf(await confirm('123456'))?.code).toBe('CONFLICT');
    const late = authenticatorOf(app, (await start()).secret);
    await run(
      `update session set confirmed_until = confirmed_until + interval '1 hour' where account_id = $1`,
    );
    app.clock.advance(10 * minute);
    expect(refusalOf(await confirm(late.code()))?.code).toBe('CONFLICT');
    app.clock.advance(-10 * minute);
    expect(refusalOf(await confirm(late.code()))).toBeNull();
  });

  test('of fifty at once on two servers one succeeds', async () => {
    const second = await openBeside(app);
    const code = authenticatorOf(app, (await start()).secret).code();
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, n) => {
        const house = n % 2 === 0 ? app : second;
        return codeOf(house.unit(() => house.get(TotpEnrolments).confirm(ada, code)));
      }),
    );
    await second.close();
    const known = new Set(['done', 'CONFLICT', 'RATE_LIMITED', 'IDENTITY_CONFIRMATION_REQUIRED']);
    expect(answers.filter((answer) => answer === 'done')).toHaveLength(1);
    expect(answers.filter((answer) => !known.has(answer))).toEqual([]);
    expect(await state()).toEqual(on);
  });

  test('needs a fresh proof, and is nothing for a token or for nobody', async () => {
    await run('update session set confirmed_until = null where account_id = $1');
    const document = 'mutation { startTotp { secret } }';
    const token: Viewer = { ...ada, kind: 'token', scopes: new Set(['ACCOUNT_WRITE', 'ADMIN']) };
    const codes = await Promise.all(
      [ada, token, nobody].map(
        async (viewer) => refusalOf(await app.graphql(document, {}, viewer))?.code,
      ),
    );
    expect(codes).toEqual(['IDENTITY_CONFIRMATION_REQUIRED', 'FORBIDDEN', 'UNAUTHENTICATED']);
  });

  test.each(['', '12345', 'abcdef', 'x'.repeat(10_000), '\0', '\ud800'])(
    'with %j is refused by the field',
    async (code) => {
      await start();
      expect(refusalOf(await confirm(code))).toMatchObject({ field: 'code' });
      expect(await state()).toEqual(off);
    },
  );
});

describe('with a second factor', () => {
  test('its code opens this window under a new cookie, and those that the password opened close', async () => {
    const { secret } = await app.unit(() =>
      app
        .get(Sessions)
        .open(ada.accountId!, 'PASSWORD', nobody.origin, { remember: true, confirmed: true }),
    );
    // The viewer of a request that began before it: its window still looks open.
    const elsewhere = await viewerOf(app, secret);
    const former = app.secretOf(ada);
    await run(
      `update session set confirmed_until = confirmed_until - interval '9 minutes' where account_id = $1`,
    );
    await enrol(app, ada);
    const opened = (await now(app, ada)).confirmedUntil!.getTime() - app.clock.now().getTime();
    // The clock went one step on.
    expect(opened).toBe(10 * minute - step);
    expect((await viewerOf(app, former)).kind).toBe('anonymous');
    expect((await viewerOf(app, secret)).confirmedUntil).toBeNull();
    const startAgain = (viewer: Viewer) =>
      app.graphql('mutation { startTotp { secret } }', {}, viewer);
    for (const act of [disable, renew, startAgain]) {
      expect(refusalOf(await act(elsewhere))?.code).toBe('IDENTITY_CONFIRMATION_REQUIRED');
    }
    expect(await state()).toEqual(on);
    expect(refusalOf(await renew(await now(app, ada)))).toBeNull();
  });

  test('the password alone confirms nothing', async () => {
    await enrol(app, ada);
    const answer = await app.graphql(
      'mutation ($password: String!) { confirmIdentity(input: { password: $password }) { confirmedUntil } }',
      { password: goodPassword },
      await now(app, ada),
    );
    expect(refusalOf(answer)).toEqual({ code: 'INVALID_CREDENTIALS', field: 'password' });
  });

  test('a code opens the window: new recovery codes, another authenticator, or off', async () => {
    const old = await enrol(app, ada);
    expect(refusalOf(await prove(old.code()))).toBeNull();
    const fresh = await renew(await now(app, ada));
    const { codes } = fresh.data!['regenerateRecoveryCodes'] as { codes: string[] };
    expect(codes).toHaveLength(10);
    expect(codes).not.toContain(old.recoveryCodes[0]);

    const next = authenticatorOf(app, (await start(await now(app, ada))).secret);
    app.clock.advance(step);
    expect(refusalOf(await prove(old.code()))).toBeNull();
    expect(refusalOf(await confirm(next.code(), await now(app, ada)))).toBeNull();
    app.clock.advance(step);
    expect(refusalOf(await prove(old.code()))?.code).toBe('INVALID_CREDENTIALS');
    expect(refusalOf(await prove(next.code()))).toBeNull();

    const answer = await disable(await now(app, ada));
    expect(answer.data).toEqual({ disableTotp: off });
    expect(refusalOf(await disable(await now(app, ada)))?.code).toBe('CONFLICT');
    expect(refusalOf(await renew(await now(app, ada)))?.code).toBe('CONFLICT');
    expect(await kinds()).toEqual(
      expect.arrayContaining(['recovery_codes.renewed', 'totp.enrolled', 'totp.disabled']),
    );
  });

  test('neither a code that was used nor a recovery code confirms an identity', async () => {
    const authenticator = await enrol(app, ada);
    expect(refusalOf(await prove(authenticator.code()))).toBeNull();
    expect(refusalOf(await prove(authenticator.code()))).toEqual({
      code: 'INVALID_CREDENTIALS',
      field: 'totpCode',
    });
    expect(refusalOf(await prove(authenticator.recoveryCodes[0]!))?.code).toBe(
      'INVALID_CREDENTIALS',
    );
  });

  test('the code that switched it on is used, also for signing in', async () => {
    const { secret } = await start();
    const code = authenticatorOf(app, secret).code();
    await confirm(code);
    expect(refusalOf(await prove(code))?.code).toBe('INVALID_CREDENTIALS');
    const challenge = await challengeFor(app, ada.name, goodPassword);
    const answer = await app.graphql(
      'mutation ($input: CompleteSignInInput!) { completeSignIn(input: $input) { __typename } }',
      { input: { challenge, totpCode: code } },
    );
    expect(refusalOf(answer)?.code).toBe('INVALID_CREDENTIALS');
  });

  test('a new password by link leaves it as it was', async () => {
    await enrol(app, ada);
    await app.unit(async () => {
      const links = new Links(app.kernel.database, app.clock);
      const { secret } = await links.issue('welcome', ada.accountId!, 3_600);
      await app.get(Recoveries).resetPassword(nobody, secret, 'an engine of brass');
    });
    expect(await challengeFor(app, ada.name, 'an engine of brass')).toMatch(/^[\w-]{43}$/);
  });

  test('gives new recovery codes ten times an hour at most: each time costs ten hashes', async () => {
    const authenticator = await enrol(app, ada);
    await prove(authenticator.code());
    for (let n = 0; n < 10; n += 1) expect(refusalOf(await renew(await now(app, ada)))).toBeNull();
    const refusal = { code: 'RATE_LIMITED', retryAfter: 3_600 };
    expect(refusalOf(await renew(await now(app, ada)))).toEqual(refusal);
  });
});
