import pg from 'pg';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { createTestApp, goodPassword, nobody } from '../../../test/app.js';
import type { TestApp } from '../../../test/app.js';
import { codeOf } from '../../../test/beside.js';
import { challengeFor, enrol } from '../../../test/second-factor.js';
import { limitKey } from '../../kernel/access/rate-limit.js';
import { systemViewer } from '../../kernel/access/viewer.js';
import { UserDeletion } from '../user-change/user-deletion.js';
import { SecondSteps } from './second-steps.js';

let app: TestApp;
let client: pg.Client;
beforeAll(async () => {
  app = await createTestApp();
  client = new pg.Client({ connectionString: app.databaseUrl });
  await client.connect();
});
afterAll(async () => {
  await client.end();
  await app.close();
});

const untilSomebodyWaits = () =>
  vi.waitFor(async () => {
    const rows = await app.kernel.database.queryApart(
      `select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
    );
    expect(rows).toHaveLength(1);
  }, 5_000);

test.each(['totpCode', 'recoveryCode'] as const)(
  'whose account goes while the second step is under way, by %s, is told to begin again',
  async (proof) => {
    const ada = await app.signedIn();
    const phone = await enrol(app, ada);
    const challenge = await challengeFor(app, ada.name, goodPassword);
    const codes = { totpCode: phone.code(), recoveryCode: phone.recoveryCodes[0] };
    const input = { challenge, [proof]: codes[proof] };
    // Holds the step up where its try is counted: the challenge was taken, the account not yet read.
    await client.query('begin');
    await client.query(
      `insert into rate_limit (key, count, open_at, forget_at) values ($1, 0, now(), now())`,
      [limitKey('second-factor', ada.accountId)],
    );
    const answer = codeOf(
      app.unit(() => app.get(SecondSteps).complete(nobody, input, 'the browser of this test')),
    );
    await untilSomebodyWaits();
    await app.unit(() => app.get(UserDeletion).delete(systemViewer, ada.accountId!));
    await client.query('rollback');
    expect(await answer).toBe('INVALID_TOKEN');
  },
);
