import pg from 'pg';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { createTestApp, nobody } from '../../../test/app.js';
import type { TestApp } from '../../../test/app.js';
import { codeOf, viewerOf } from '../../../test/beside.js';
import { systemViewer } from '../../kernel/access/viewer.js';
import { ApiKeys } from '../license/api-keys.js';
import { Licenses } from '../license/licenses.js';
import { Sessions } from '../session/sessions.js';
import { LockDowns } from './lock-downs.js';

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

const untilWaiting = (count: number) =>
  vi.waitFor(async () => {
    const rows = await app.kernel.database.queryApart(
      `select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
    );
    expect(rows).toHaveLength(count);
  }, 5_000);

test('a key that another browser is making while the account is locked down does not outlive it', async () => {
  const ada = await app.signedIn();
  const id = ada.accountId!;
  const { secret } = await app.unit(() =>
    app.get(Sessions).open(id, 'PASSWORD', nobody.origin, { remember: true, confirmed: true }),
  );
  const thief = await viewerOf(app, secret);
  const license = await app.unit(() => app.get(Licenses).issue(systemViewer, id, 'mailer'));
  await client.query('begin');
  await client.query('select 1 from license where id = $1 for update', [license.id]);
  const made = codeOf(app.unit(() => app.get(ApiKeys).create(thief, license.id, 'eve')));
  await untilWaiting(1);
  const locked = app.unit(() => app.get(LockDowns).lockDown(ada));
  await untilWaiting(2);
  await client.query('commit');
  expect(await made).toBe('done');
  expect((await locked).report).toMatchObject({ sessionsEnded: 1, apiKeysRevoked: 1 });
  expect(await app.unit(() => app.kernel.database.query('select 1 from api_key'))).toEqual([]);
});
