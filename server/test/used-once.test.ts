import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { DataExports } from '../src/features/closure/data-exports.js';
import { IpAllowlists } from '../src/features/address-rule/ip-allowlists.js';
import { NotificationEmails } from '../src/features/notification-email/notification-emails.js';
import { Redeliveries } from '../src/features/delivery-log/redeliveries.js';
import { AccountDeletions } from '../src/features/closure/account-deletions.js';
import type { Viewer } from '../src/kernel/access/viewer.js';
import { act } from './alerts.js';
import { nobody } from './app.js';
import { codeOf, openBeside } from './beside.js';
import type { SecondApp } from './beside.js';
import { createMailedApp, tokenIn } from './mail.js';
import type { MailedApp } from './mail.js';

let app: MailedApp;
let second: SecondApp;
let ada: Viewer;
beforeAll(async () => {
  app = await createMailedApp();
  second = await openBeside(app);
});
afterAll(async () => {
  await second.close();
  await app.close();
});
beforeEach(async () => {
  await sql('delete from graphile_worker._private_jobs');
  ada = await app.signedIn();
});

const sql = (text: string, values: unknown[] = []) =>
  app.unit(() => app.kernel.database.query(text, values));

/** Fifty at once, half on either server. @returns how each ended, without those that went well */
async function fifty(work: (get: MailedApp['get']) => Promise<unknown>): Promise<string[]> {
  const all = Array.from({ length: 50 }, (_, n) => {
    const one = n % 2 ? app : second;
    return codeOf(one.unit(() => work(one.get)));
  });
  return (await Promise.all(all)).filter((code) => code !== 'done');
}
const refusedBut = (code: string) => Array.from({ length: 49 }, () => code);

test('of fifty that follow the link of a notification address on two servers one is the first', async () => {
  await act(
    app,
    'mutation { setNotificationEmail(email: "news@example.net") { __typename } }',
    {},
    ada,
  );
  const token = await app.tokenTo('news@example.net');
  const codes = await fifty((get) => get(NotificationEmails).verify(nobody, token));
  expect(codes).toEqual(refusedBut('INVALID_TOKEN'));
  expect(await told('notification_email.changed')).toBe(1);
});

test('of fifty that fetch an export on two servers one gets it', async () => {
  await act(app, 'mutation { requestDataExport }', {}, ada);
  const mails = await app.mailTo(`${ada.name}@example.org`);
  const token = tokenIn(mails.find(({ text }) => text?.includes('/export?token='))!);
  const codes = await fifty((get) => get(DataExports).download(nobody, token));
  expect(codes).toEqual(refusedBut('INVALID_TOKEN'));
  expect(await told('data_export.downloaded')).toBe(1);
});

test('of fifty that confirm a list of addresses on two servers one does', async () => {
  const entries = [{ cidr: nobody.origin.address! }];
  await app.unit(() => app.get(IpAllowlists).set(ada, { enabled: true, entries }));
  const codes = await fifty((get) => get(IpAllowlists).confirm(ada));
  expect(codes).toEqual(refusedBut('CONFLICT'));
  expect(await told('ip_allowlist.confirmed')).toBe(1);
});

test('of fifty that ask for the end of an account on two servers one is told, and one takes it back', async () => {
  expect(await fifty((get) => get(AccountDeletions).request(ada))).toEqual([]);
  expect(await told('account_deletion.requested')).toBe(1);
  expect(await fifty((get) => get(AccountDeletions).cancel(ada))).toEqual(refusedBut('CONFLICT'));
  expect(await told('account_deletion.cancelled')).toBe(1);
});

test('a delivery is sent again as often as was said yes to, of fifty on two servers', async () => {
  await act(app, 'mutation { setApiAccess(enabled: true) { enabled } }', {}, ada);
  await act(
    app,
    'mutation { createAccessToken(input: { name: "host", scopes: [ACCOUNT_READ] }) { secret } }',
    {},
    ada,
  );
  await app.settled();
  const [sent] = (await sql(
    `select id from delivery where account_id = $1 and channel = 'EMAIL' and status = 'SENT'`,
    [ada.accountId],
  )) as { id: string }[];
  expect(sent).toBeDefined();
  const before = app.sink.messages.length;
  const codes = await fifty((get) => get(Redeliveries).redeliver(ada, sent!.id));
  expect(new Set(codes)).toEqual(new Set(['CONFLICT']));
  await app.settled();
  expect(app.sink.messages.length - before).toBe(50 - codes.length);
});

async function told(kind: string): Promise<number> {
  const rows = await sql('select 1 from activity where account_id = $1 and kind = $2', [
    ada.accountId,
    kind,
  ]);
  return rows.length;
}
