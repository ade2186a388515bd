import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createTestApp } from '../../../test/app.js';
import type { TestApp } from '../../../test/app.js';
import { openBeside, refusalOf, viewerOf } from '../../../test/beside.js';
import type { Viewer } from '../../kernel/access/viewer.js';
import { Passwords } from '../password/passwords.js';

let app: TestApp;
let admin: Viewer;
beforeAll(async () => {
  app = await createTestApp();
});
beforeEach(async () => {
  await sql(`update site set registration = 'INVITE_ONLY', min_length = 12, session_days = 30,
    session_idle_days = 7, require_digit = false`);
  admin = await app.signedIn({ permissions: ['admin.policy'] });
});
afterAll(() => app.close());

const sql = <Row>(text: string, values: unknown[] = []) =>
  app.unit(() => app.kernel.database.query<Row>(text, values));
const fields = `registration failedSignInThreshold failedSignInWindowMinutes newSignInRule
  sessionIdleDays sessionDays requireTwoFactorForAdmins
  password { minLength maxLength requireUppercase requireLowercase requireDigit requireSymbol refuseCommon }`;
const update = (input: Record<string, unknown>, viewer = admin) =>
  app.graphql(
    `mutation ($input: PolicyInput!) { updatePolicy(input: $input) { ${fields} } }`,
    { input },
    viewer,
  );
const read = async (viewer = admin) => {
  const answer = await app.graphql(`{ admin { policy { ${fields} } } }`, {}, viewer);
  return {
    ...answer,
    policy: (answer.data as { admin: { policy: object } } | null)?.admin?.policy,
  };
};

describe('an administrator who sets the policy', () => {
  test('begins with what the documents say', async () => {
    expect((await read()).policy).toEqual({
      registration: 'INVITE_ONLY',
      failedSignInThreshold: 5,
      failedSignInWindowMinutes: 15,
      newSignInRule: 'NETWORK_AND_COUNTRY',
      sessionIdleDays: 7,
      sessionDays: 30,
      requireTwoFactorForAdmins: false,
      password: {
        minLength: 12,
        maxLength: 256,
        requireUppercase: false,
        requireLowercase: false,
        requireDigit: false,
        requireSymbol: false,
        refuseCommon: true,
      },
    });
  });

  test('changes what he names and nothing else; it is in the log with what it was', async () => {
    const before = (await read()).policy!;
    const { data } = await update({ minLength: 16, registration: 'OPEN', sessionDays: 30 });
    const after = (data as { updatePolicy: { password: object } }).updatePolicy;
    expect(after).toEqual({
      ...before,
      registration: 'OPEN',
      password: { ...(before as typeof after).password, minLength: 16 },
    });
    const rows = await sql(
      `select actor, details from activity where kind = 'policy.changed' and account_id = $1`,
      [admin.accountId],
    );
    expect(rows).toEqual([
      {
        actor: admin.name,
        details: {
          changes: {
            registration: { from: 'INVITE_ONLY', to: 'OPEN' },
            minLength: { from: 12, to: 16 },
          },
        },
      },
    ]);
  });

  test('finds it in force at once, on another server too', async () => {
    const second = await openBeside(app);
    const who = { username: 'ada', email: 'ada@example.org' };
    const check = () =>
      second
        .unit(() => second.get(Passwords).check('velvet harbour', who, 'password'))
        .then(() => 'good')
        .catch((error: { details: { issues: string[] } }) => error.details.issues);
    expect(await check()).toBe('good');
    await update({ minLength: 20, requireDigit: true });
    expect(await check()).toEqual(['TOO_SHORT', 'NO_DIGIT']);
    await second.close();
  });

  test('ends sessions that are older than he now allows', async () => {
    const ada = await app.signedIn();
    app.clock.advance(2 * 86_400_000);
    expect((await viewerOf(app, app.secretOf(ada))).kind).toBe('session');
    const later = await app.signedIn({ permissions: ['admin.policy'] });
    await update({ sessionDays: 1 }, later);
    expect((await viewerOf(app, app.secretOf(ada))).kind).toBe('anonymous');
  });

  test.each([
    ['minLength', 7],
    ['minLength', 129],
    ['minLength', null],
    ['requireDigit', null],
    ['registration', null],
    ['newSignInRule', null],
    ['failedSignInThreshold', 0],
    ['failedSignInWindowMinutes', 1_441],
    ['sessionIdleDays', 0],
    ['sessionDays', 366],
    ['requireTwoFactorForAdmins', null],
  ])('is refused %s = %j, and all else he sent with it', async (field, value) => {
    const before = (await read()).policy;
    const answer = await update({ refuseCommon: false, [field]: value });
    expect(refusalOf(answer)).toEqual({ code: 'BAD_USER_INPUT', field });
    expect((await read()).policy).toEqual(before);
  });
});

test('outside of a confirmed session, or with an access token, it shows and does not change', async () => {
  const late: Viewer = { ...admin, confirmedUntil: app.clock.now() };
  const never: Viewer = { ...admin, confirmedUntil: null };
  for (const viewer of [late, never]) {
    expect((await read(viewer)).policy).toMatchObject({ registration: 'INVITE_ONLY' });
    expect(refusalOf(await update({ registration: 'OPEN' }, viewer))?.code).toBe(
      'IDENTITY_CONFIRMATION_REQUIRED',
    );
  }
  const token: Viewer = { ...admin, kind: 'token', scopes: new Set(['ADMIN']) };
  expect((await read(token)).policy).toMatchObject({ registration: 'INVITE_ONLY' });
  expect(refusalOf(await update({ registration: 'OPEN' }, token))?.code).toBe('FORBIDDEN');
  expect((await read()).policy).toMatchObject({ registration: 'INVITE_ONLY' });
  expect(
    await sql(`select 1 from activity where kind = 'policy.changed' and account_id = $1`, [
      admin.accountId,
    ]),
  ).toEqual([]);
});

test('without admin.policy it neither shows nor changes', async () => {
  const other = await app.signedIn({ permissions: ['admin.users', 'admin.audit'] });
  expect(refusalOf(await read(other))?.code).toBe('FORBIDDEN');
  expect(refusalOf(await update({ minLength: 8 }, other))?.code).toBe('FORBIDDEN');
  expect((await read()).policy).toMatchObject({ password: { minLength: 12 } });
});
