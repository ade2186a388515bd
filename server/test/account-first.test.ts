import pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { AccessTokens } from '../src/features/access-token/access-tokens.js';
import { AccountDeletions } from '../src/features/closure/account-deletions.js';
import type { Viewer } from '../src/kernel/access/viewer.js';
import { createTestApp } from './app.js';
import type { TestApp } from './app.js';

let app: TestApp;
let other: pg.Client;
let ada: Viewer & { readonly accountId: string };
beforeAll(async () => {
  app = await createTestApp();
  ada = (await app.signedIn()) as typeof ada;
});
beforeEach(async () => {
  other = new pg.Client({ connectionString: app.databaseUrl });
  await other.connect();
});
afterEach(() => other.end());
afterAll(() => app.close());

/** Another one holds the account: whoever is about to take it must not have a row of it already. */
async function expectToWaitWithout(table: string, act: () => Promise<unknown>): Promise<void> {
  await other.query('begin');
  await other.query('select 1 from account where id = $1 for update', [ada.accountId]);
  const acted = app.unit(act);
  await vi.waitFor(async () => {
    const waiting = await app.kernel.database.queryApart(
      `select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
    );
    expect(waiting).toHaveLength(1);
  }, 10_000);
  const row = `select 1 from ${table} where account_id = $1 for update nowait`;
  const held = await other.query(row, [ada.accountId]).catch((error: Error) => error.message);
  await other.query('commit');
  await acted;
  expect(held).toMatchObject({ rowCount: 1 });
}

test('a token is revoked by who holds its account first', async () => {
  const tokens = app.get(AccessTokens);
  await app.unit(() => tokens.setEnabled(ada, true));
  const made = await app.unit(() => tokens.create(ada, { name: 'tool', scopes: ['ACCOUNT_READ'] }));
  await expectToWaitWithout('access_token', () => tokens.revoke(ada, made.accessToken.id));
  expect(await app.unit(() => tokens.list(ada.accountId))).toEqual([]);
});

test('a deletion is cancelled by who holds the account first', async () => {
  const deletions = app.get(AccountDeletions);
  await app.unit(() => deletions.request(ada));
  await expectToWaitWithout('account_deletion', () => deletions.cancel(ada));
  expect(await app.unit(() => deletions.dueAt(ada.accountId))).toBeNull();
});
