import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { nobody } from '../../../test/app.js';
import { codeOf, openBeside } from '../../../test/beside.js';
import type { SecondApp } from '../../../test/beside.js';
import { createMailedApp, tokenIn } from '../../../test/mail.js';
import type { MailedApp } from '../../../test/mail.js';
import { createTestServer } from '../../../test/server.js';
import type { TestServer } from '../../../test/server.js';
import type { Viewer } from '../../kernel/access/viewer.js';
import { Accounts } from '../account/accounts.js';
import { SignInCompletion } from '../session/sign-in-completion.js';
import { SignIns } from '../sign-in/sign-ins.js';
import { AccountDeletions } from './account-deletions.js';

let app: MailedApp;
let server: TestServer;
let second: SecondApp;
let ada: Viewer;
beforeAll(async () => {
  app = await createMailedApp({ WORKER: 'false', TRUSTED_PROXIES: '127.0.0.1' });
  server = await createTestServer({ app });
  second = await openBeside(app);
});
afterAll(async () => {
  await second.close();
  await server.close();
  await app.close();
});
beforeEach(async () => {
  // A list on trial, and what is held back, wait for hours that do not come here.
  await sql('delete from graphile_worker._private_jobs');
  ada = await app.signedIn();
});

const sql = (text: string, values: unknown[] = []) =>
  app.unit(() => app.kernel.database.query(text, values));
const fetchExport = (token: string, from = nobody.origin.address!) =>
  fetch(`${server.url}/exports/${token}`, { headers: { 'x-forwarded-for': from } });

async function exportOf(viewer: Viewer): Promise<string> {
  await app.graphql('mutation { requestDataExport }', {}, viewer);
  const mails = await app.mailTo(`${viewer.name}@example.org`);
  return tokenIn(mails.find(({ text }) => text?.includes('/export?token='))!);
}

describe('a link to an export', () => {
  test('opens nothing from where the account may not be used, and stays good', async () => {
    const token = await exportOf(ada);
    const list = { enabled: true, entries: [{ cidr: nobody.origin.address }] };
    const set = await app.graphql(
      'mutation ($input: IpAllowlistInput!) { setIpAllowlist(input: $input) { __typename } }',
      { input: list },
      ada,
    );
    expect(set.errors).toBeUndefined();
    const refused = await fetchExport(token, '198.51.100.9');
    expect(refused.status).toBe(403);
    expect(await refused.text()).toContain('IP_NOT_ALLOWED');
    expect((await fetchExport(token, 'unknown')).status).toBe(403);
    expect((await fetchExport(token)).status).toBe(200);
  });

  test.each([
    ['lockDown', 'mutation { lockDown { sessionsEnded } }'],
    ['updateUser', 'mutation ($id: ID!) { updateUser(id: $id, input: { disabled: true }) { id } }'],
    ['setUserPassword', 'mutation ($id: ID!) { setUserPassword(id: $id) }'],
  ])('that nobody followed ends with %s', async (name, document) => {
    const admin = await app.signedIn({ permissions: ['admin.users'] });
    const token = await exportOf(ada);
    const acting = name === 'lockDown' ? ada : admin;
    const variables = name === 'lockDown' ? {} : { id: ada.accountId };
    expect((await app.graphql(document, variables, acting)).errors).toBeUndefined();
    expect((await fetchExport(token)).status).toBe(400);
  });

  test('that nobody followed ends with a password that was forgotten', async () => {
    const email = `${ada.name}@example.org`;
    await sql('update account set email_verified = true where email = $1', [email]);
    const token = await exportOf(ada);
    await app.graphql(`mutation { requestPasswordReset(email: "${email}") }`);
    await app.graphql(
      'mutation ($token: String!) { resetPassword(token: $token, newPassword: "an engine of brass") }',
      { token: await app.tokenTo(email) },
    );
    expect((await fetchExport(token)).status).toBe(400);
  });
});

test('an address for notifications that waits for its link ends with a lock-down', async () => {
  const set = 'mutation { setNotificationEmail(email: "thief@example.net") { __typename } }';
  await app.graphql(set, {}, ada);
  const token = await app.tokenTo('thief@example.net');
  await app.graphql('mutation { lockDown { sessionsEnded } }', {}, ada);
  const verify = 'mutation ($token: String!) { verifyNotificationEmail(token: $token) }';
  const { errors } = await app.graphql(verify, { token });
  expect(errors?.[0]?.extensions.code).toBe('INVALID_TOKEN');
  expect(await sql('select 1 from notification_email')).toEqual([]);
});

describe('an account whose hour has come', () => {
  const due = (id: string) =>
    sql('insert into account_deletion (account_id, requested_at, due_at) values ($1, $2, $2)', [
      id,
      app.clock.now(),
    ]);
  const gone = () => second.unit(() => second.get(AccountDeletions).run());

  test('and which goes while its password is compared is nobody’s', async () => {
    await due(ada.accountId!);
    const account = await app.unit(() => app.get(Accounts).get(ada.accountId!));
    const signIn = app.unit(() =>
      app.get(SignInCompletion).complete(nobody, account, {
        method: 'PASSWORD',
        remember: true,
        proof: gone,
      }),
    );
    expect(await codeOf(signIn)).toBe('INVALID_CREDENTIALS');
  });

  test('goes, or its owner is back: of both at once never both, and never a fault', async () => {
    for (let n = 0; n < 15; n++) {
      const one = await app.signedIn();
      await due(one.accountId!);
      const input = { login: one.name, password: 'correct horse battery', remember: true };
      const [code] = await Promise.all([
        codeOf(app.unit(() => app.get(SignIns).signIn(nobody, input))),
        gone(),
      ]);
      const left = await sql('select 1 from account where id = $1', [one.accountId]);
      expect([code, left.length]).toEqual(
        code === 'done' ? ['done', 1] : ['INVALID_CREDENTIALS', 0],
      );
      expect(await sql('select 1 from account_deletion')).toEqual([]);
    }
  });
});
