import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { addSecondary, act, secondAddress, verifySecondary } from '../../../test/alerts.js';
import { nobody } from '../../../test/app.js';
import { createMailedApp } from '../../../test/mail.js';
import type { MailedApp } from '../../../test/mail.js';
import type { Viewer } from '../../kernel/access/viewer.js';
import { AccountDeletions } from './account-deletions.js';

let app: MailedApp;
let zoe: Viewer;
let admin: Viewer;
beforeAll(async () => {
  app = await createMailedApp();
  await app.unit(() => app.kernel.database.query(`update site set registration = 'OPEN'`));
  zoe = await app.signedIn({ username: 'zuleika' });
  admin = await app.signedIn({
    permissions: ['admin.users', 'admin.notifications', 'admin.licenses', 'admin.audit'],
  });
});
afterAll(() => app.close());

const as = (document: string, variables: Record<string, unknown> = {}, viewer = zoe) =>
  act(app, document, variables, viewer);

/** Every row of every table, the queue's and the sessions' as well, that says one of these words. */
async function traces(words: readonly string[]): Promise<string[]> {
  const { database } = app.kernel;
  return app.unit(async () => {
    const tables = await database.query<{ name: string }>(
      `select format('%I.%I', schemaname, tablename) as name from pg_tables
       where schemaname not in ('pg_catalog', 'information_schema')`,
    );
    expect(tables.length).toBeGreaterThan(30);
    const found: string[] = [];
    for (const { name } of tables) {
      const rows = await database.query<{ row: string }>(
        `select t::text as row from ${name} t where t::text ilike any ($1::text[])`,
        [words.map((word) => `%${word}%`)],
      );
      found.push(...rows.map(({ row }) => `${name}: ${row}`));
    }
    return found;
  });
}

/** What can be done is done; what is held back by the clock of the test waits on. */
const quiet = () =>
  vi.waitFor(
    async () => {
      const due = await app.unit(() =>
        app.kernel.database.query(
          `select task_identifier, last_error from graphile_worker.jobs
           where run_at <= now() or locked_at is not null`,
        ),
      );
      expect(due).toEqual([]);
    },
    { timeout: 20_000, interval: 50 },
  );

test('after an account went, no row of any table tells its names, addresses or places', async () => {
  const { accountId: id } = zoe;
  // What somebody does in a year.
  await as('mutation { updateProfile(input: { displayName: "Zule Quuxington" }) { id } }');
  await secondAddress(app, zoe, 'zuleika.second@example.net');
  await as(addSecondary, { email: 'zuleika.third@example.net' });
  await as(verifySecondary, { token: await app.tokenTo('zuleika.third@example.net') });
  await as('mutation { setNotificationEmail(email: "zuleika.news@example.net") { __typename } }');
  await as('mutation ($token: String!) { verifyNotificationEmail(token: $token) }', {
    token: await app.tokenTo('zuleika.news@example.net'),
  });
  await as('mutation { requestEmailChange(email: "zuleika.new@example.net") { id } }');
  await as('mutation ($token: String!) { verifyEmail(token: $token) }', {
    token: await app.tokenTo('zuleika.new@example.net'),
  });
  await as('mutation { setApiAccess(enabled: true) { enabled } }');
  await as(
    'mutation { createAccessToken(input: { name: "Zule Quuxington host", scopes: [ACCOUNT_READ] }) { secret } }',
  );
  await as(
    'mutation { createWebhook(input: { url: "https://zuleika.example.net/hook", events: ["domain.created"] }) { secret } }',
  );
  await as('mutation { setQuietHours(input: { from: "22:00", to: "07:00" }) { __typename } }');
  const wrong =
    'mutation { signIn(input: { login: "zuleika", password: "no such" }) { __typename } }';
  for (let n = 0; n < 6; n++) await app.graphql(wrong, {}, nobody);
  await as('mutation { requestDataExport }');
  await as('mutation { startPasskeyRegistration { id } }');
  await app.graphql('mutation { requestPasswordReset(email: "zuleika.new@example.net") }');
  // What others did to her and with her.
  await app.unit(() =>
    app.kernel.database.query(
      `insert into invite (id, email, email_canonical, role, permissions, token_hash, by_operator,
         created_at, expires_at)
       values (gen_random_uuid(), $1, $1, 'USER', '{}', 'x', true, now(), now() + interval '1 day')`,
      ['zuleika.new@example.net'],
    ),
  );
  const by = (document: string, variables: Record<string, unknown> = {}) =>
    as(document, variables, admin);
  await by('mutation ($id: ID!) { issueLicense(product: "mailer", userId: $id) { id } }', { id });
  await by('mutation ($id: ID!) { endUserSessions(id: $id) { id } }', { id });
  await by(
    `mutation ($id: ID!) { notifyUsers(input: { userIds: [$id], title: "For Zule Quuxington", body: "you", key: "k1" }) }`,
    { id },
  );
  await by('mutation { broadcast(input: { title: "To all", body: "us", key: "k2" }) { id } }');
  await by(
    `mutation { putEmailAccount(input: { address: "zuleika@mail.example.net", username: "zuleika",
       usedBytes: 96, quotaBytes: 100 }) { address } }`,
  );
  await by(
    'mutation { reportUsage(input: { key: "disk", used: 1000, username: "zuleika" }) { key } }',
  );
  const other = await app.signedIn();
  await app.graphql(
    'mutation { requestEmailChange(email: "zuleika.new@example.net") { id } }',
    {},
    other,
  );
  await app.graphql(
    'mutation { createInvite(input: { email: "zuleika.new@example.net" }) { id } }',
    {},
    admin,
  );
  await app.graphql(
    `mutation { register(input: { username: "usurper", email: "zuleika.new@example.net",
       password: "a moth in a relay" }) }`,
  );
  await quiet();
  // Its webhook answers nobody: what waits to be tried again goes with it.
  await by('mutation { putDomain(name: "zuleika.example.com", username: "zuleika") { name } }');
  const words = ['zuleika', 'quuxington', id!];
  expect((await traces(words)).length).toBeGreaterThan(20);
  await app.unit(() =>
    app.kernel.database.query(
      'insert into account_deletion (account_id, requested_at, due_at) values ($1, $2, $2)',
      [id, app.clock.now()],
    ),
  );
  await app.unit(() => app.get(AccountDeletions).run());
  await quiet();
  // The pseudonymous trail is the log's entries, and nothing else.
  const left = await traces(words);
  expect(left.filter((row) => !row.startsWith('public.activity_entry:'))).toEqual([]);
  expect(left.filter((row) => /zuleika|quuxington/i.test(row))).toEqual([]);
  // Whoever was there hears that it is over, though nobody is left to look it up.
  for (const address of ['zuleika.new@example.net', 'zuleika.third@example.net']) {
    const told = app.sink.messages.filter(({ envelopeTo }) => envelopeTo.includes(address));
    const gone = told.filter(({ subject }) => /deleted/i.test(subject ?? ''));
    expect(gone, address).toHaveLength(1);
  }
}, 120_000);
