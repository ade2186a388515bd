import pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { createTestApp, goodPassword, nobody } from '../../../test/app.js';
import type { TestApp } from '../../../test/app.js';
import { codeOf } from '../../../test/beside.js';
import { challengeFor, enrol } from '../../../test/second-factor.js';
import { systemViewer } from '../../kernel/access/viewer.js';
import { SecondSteps } from '../sign-in/second-steps.js';
import { UserCredentials } from '../user-change/user-credentials.js';

let app: TestApp;
let client: pg.Client;
beforeAll(async () => {
  app = await createTestApp();
});
beforeEach(async () => {
  client = new pg.Client({ connectionString: app.databaseUrl });
  await client.connect();
});
afterEach(() => client.end());
afterAll(() => app.close());

/** Asked apart from `client`, whose transaction would see the same moment again and again. */
const untilWaiting = (count: number) =>
  vi.waitFor(async () => {
    const rows = await app.kernel.database.queryApart(
      `select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
    );
    expect(rows).toHaveLength(count);
  }, 5_000);

test.each(['recoveryCode', 'totpCode'] as const)(
  'a sign-in by %s waits for an administrator who switches two-factor off, and not he for it',
  async (proof) => {
    const ada = await app.signedIn();
    const authenticator = await enrol(app, ada);
    const challenge = await challengeFor(app, ada.name, goodPassword);
    const codes = {
      recoveryCode: authenticator.recoveryCodes[0],
      totpCode: authenticator.code(),
    };
    const input = { challenge, [proof]: codes[proof] };
    const browser = 'the browser of this test';
    await client.query('begin');
    await client.query('select 1 from account where id = $1 for no key update', [ada.accountId]);
    const off = codeOf(
      app.unit(() => app.get(UserCredentials).disableTwoFactor(systemViewer, ada.accountId!)),
    );
    await untilWaiting(1);
    const signIn = codeOf(app.unit(() => app.get(SecondSteps).complete(nobody, input, browser)));
    await untilWaiting(2);
    await client.query('commit');
    expect(await off).toBe('done');
    expect(await signIn).toBe('INVALID_CREDENTIALS');
    expect(app.kernel.database.redone).toBe(0);
  },
);
