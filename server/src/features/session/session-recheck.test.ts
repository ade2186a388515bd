import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { createTestApp } from '../../../test/app.js';
import type { TestApp } from '../../../test/app.js';
import type { Viewer } from '../../kernel/access/viewer.js';
import { SessionCredential } from './session.credential.js';
import { Sessions } from './sessions.js';

let app: TestApp;
let credential: SessionCredential;
/** As of a socket that was looked up before, so what it was is remembered. */
let ada: Viewer;

beforeAll(async () => {
  app = await createTestApp();
});
beforeEach(async () => {
  credential = new SessionCredential(app.kernel, app.get(Sessions));
  const viewer = await app.signedIn({ role: 'ADMIN' });
  ada = (await recheck(viewer)) as Viewer;
});
afterEach(async () => {
  app.clock.set(new Date());
  await run(
    'update site set require_two_factor_for_admins = false, session_idle_days = 7 where $1',
    [true],
  );
});
afterAll(() => app.close());

const recheck = async (viewer: Viewer, by = credential) =>
  (await app.unit(() => by.recheck([viewer])))[0]!;
/** By one that remembers nothing. */
const readAnew = (viewer: Viewer) =>
  recheck(viewer, new SessionCredential(app.kernel, app.get(Sessions)));
const run = (sql: string, values: readonly unknown[]) =>
  app.unit(() => app.kernel.database.query(sql, values));

test('somebody of whom nothing changed is the same, and is not read again', async () => {
  expect(await recheck(ada)).toBe(ada);
  expect(await readAnew(ada)).toEqual(ada);
});

const elsewhere = '{"cidr": "198.51.100.0/24", "label": null}';
const account = 'update account set';
const ofSession = 'where account_id = $1';

test.each([
  ['the language', `${account} locale = 'IT' where id = $1`, { locale: 'IT' }],
  ['the name', `${account} username = 'a' || left(md5(id::text), 10) where id = $1`, {}],
  ['a permission', `${account} permissions = '{admin.users}' where id = $1`, {}],
  ['that the account is disabled', `${account} disabled_at = now() where id = $1`, 4403],
  ['that the session is gone', `delete from session ${ofSession}`, 4401],
  [
    'that somebody is there',
    `update session set last_active_at = now() + interval '1 day' ${ofSession}`,
    {},
  ],
  ['a proof', `update session set confirmed_until = now() + interval '1 day' ${ofSession}`, {}],
  [
    'a password for one use',
    `update password set one_time_until = now() + interval '1 day' ${ofSession}`,
    { restriction: 'PASSWORD_CHANGE_REQUIRED' },
  ],
  [
    'a policy for administrators',
    'update site set require_two_factor_for_admins = true where $1::uuid is not null',
    { restriction: 'TWO_FACTOR_REQUIRED' },
  ],
  [
    'a second factor',
    `insert into totp (account_id, secret_sealed, enrolled_at, last_step) values ($1, 'x', now(), 0)`,
    {},
  ],
  [
    'a list of addresses',
    `insert into ip_allowlist (account_id, enabled, entries) values ($1, true, '[${elsewhere}]')`,
    4403,
  ],
  ['a policy on time', 'update site set session_idle_days = 3 where $1::uuid is not null', {}],
] as const)('%s shows at once', async (_what, sql, expected) => {
  await run(sql, [ada.accountId]);
  const now = await recheck(ada);
  expect(now).not.toBe(ada);
  expect(now).not.toEqual(ada);
  expect(now).toEqual(await readAnew(ada));
  if (typeof expected === 'number') expect(now).toBe(expected);
  else expect(now).toMatchObject(expected);
  if (typeof now !== 'number') expect(await recheck(now)).toBe(now);
});

test('the clock alone ends a session, and the trial of a list of addresses', async () => {
  await run(
    `insert into ip_allowlist values ($1, false, '[]', $2::timestamptz + interval '1 hour', true, '[${elsewhere}]')`,
    [ada.accountId, app.clock.now()],
  );
  const now = (await recheck(ada)) as Viewer;
  app.clock.advance(3_600_000 - 1);
  expect(await recheck(now)).toBe(now);
  app.clock.advance(1);
  expect(await recheck(now)).toBe(4403);
  await run('delete from ip_allowlist where account_id = $1', [ada.accountId]);
  const again = (await recheck(now)) as Viewer;
  app.clock.set(again.endsAt!);
  expect(await recheck(again)).toBe(4401);
  expect(await recheck(again)).toBe(4401);
});
