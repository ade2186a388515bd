import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { createTestApp, nobody } from '../../../test/app.js';
import type { TestApp } from '../../../test/app.js';
import { refusalOf } from '../../../test/beside.js';
import { DeliveryBench } from '../../../test/delivery.js';
import { openMail, sendMail } from '../../kernel/outbox/mail.js';
import type { QueuedMail } from '../../kernel/outbox/mail.js';
import type { Viewer } from '../../kernel/access/viewer.js';

let app: TestApp;
let bench: DeliveryBench;
let ada: Viewer;
beforeAll(async () => {
  app = await createTestApp();
  bench = new DeliveryBench(app);
});
afterAll(() => app.close());
beforeEach(async () => {
  ada = await app.signedIn();
  await bench.clear();
});

const set = (email: string | null, category: string | null = null) =>
  app.graphql(
    `mutation ($email: EmailAddress, $category: String) {
       setNotificationEmail(email: $email, category: $category) {
         notificationEmails { email verified pendingEmail category } } }`,
    { email, category },
    ada,
  );
const emails = async () => {
  const { data } = await app.graphql(
    '{ me { notificationSettings { notificationEmails { email verified pendingEmail category } } } }',
    {},
    ada,
  );
  return (data as { me: { notificationSettings: { notificationEmails: unknown[] } } }).me
    .notificationSettings.notificationEmails;
};
async function mailed(): Promise<{ to: string; token: string }> {
  const [job] = await bench.sql<{ payload: QueuedMail }>(
    `select j.payload from graphile_worker._private_jobs j join graphile_worker._private_tasks t on t.id = j.task_id
     where t.identifier = '${sendMail.name}' order by j.id desc limit 1`,
  );
  const { mail } = openMail(job!.payload, app.kernel.sealer);
  const link = mail.blocks.find((block) => block.kind === 'link');
  return {
    to: mail.to.address,
    token: new URL(link!.url).searchParams.get('token')!,
  };
}
const verify = (token: string, viewer = nobody) =>
  app.graphql(
    'mutation ($token: String!) { verifyNotificationEmail(token: $token) }',
    { token },
    viewer,
  );
const targets = async (type: string) => {
  await bench.say('x', [ada], { type });
  return (await bench.rows()).map((row) => row.target);
};
const kinds = () =>
  bench.sql<{ kind: string }>('select kind from activity where account_id = $1 order by id', [
    ada.accountId,
  ]);

it('another address is in force once its link is followed, and told; the link works once', async () => {
  await set('news@example.com');
  expect(await emails()).toEqual([
    { email: 'news@example.com', verified: false, pendingEmail: null, category: null },
  ]);
  expect(await targets('admin.message')).toEqual(['p…@example.org']);
  const { to, token } = await mailed();
  expect(to).toBe('news@example.com');
  expect((await verify(token)).data).toEqual({ verifyNotificationEmail: true });
  expect(refusalOf(await verify(token))).toMatchObject({ code: 'INVALID_TOKEN', field: 'token' });
  await bench.clear();
  expect(await targets('admin.message')).toEqual(['n…@example.com']);
  expect((await kinds()).map(({ kind }) => kind)).toEqual(
    expect.arrayContaining(['notification_email.changed']),
  );
});

it('a wrong one never takes the place of the one in force', async () => {
  await set('news@example.com');
  await verify((await mailed()).token);
  await set('typo@example.com');
  expect(await emails()).toEqual([
    { email: 'news@example.com', verified: true, pendingEmail: 'typo@example.com', category: null },
  ]);
  const { token } = await mailed();
  app.clock.advance(25 * 3_600_000);
  expect(refusalOf(await verify(token))?.code).toBe('INVALID_TOKEN');
  expect(await emails()).toMatchObject([{ email: 'news@example.com', pendingEmail: null }]);
  await bench.clear();
  expect(await targets('admin.message')).toEqual(['n…@example.com']);
  await set(null);
  expect(await emails()).toEqual([]);
  app.clock.set(new Date());
});

it('warnings about space can go to one of their own', async () => {
  await set('space@example.com', 'quota');
  await verify((await mailed()).token);
  expect(await targets('admin.message')).toEqual(['p…@example.org']);
  expect(refusalOf(await set('x@example.com', 'messages'))).toMatchObject({
    code: 'BAD_USER_INPUT',
    field: 'category',
  });
  expect(refusalOf(await set('not an address'))).toMatchObject({
    code: 'BAD_USER_INPUT',
    field: 'email',
  });
});
