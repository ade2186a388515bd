import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestApp, nobody } from '../../../test/app.js';
import type { TestApp } from '../../../test/app.js';
import { openMail } from '../../kernel/outbox/mail.js';
import type { QueuedMail } from '../../kernel/outbox/mail.js';
import { EmailChanges } from '../email-change/email-changes.js';
import { Invites } from '../invite/invites.js';
import { ResetRequests } from '../recovery/reset-requests.js';
import { SecondaryEmails } from '../secondary-email/secondary-emails.js';
import { EmailVerifications } from './email-verifications.js';
import { Registrations } from './registrations.js';

let app: TestApp;
beforeAll(async () => {
  app = await createTestApp();
});
afterAll(() => app.close());

const run = <Row>(sql: string) => app.unit(() => app.kernel.database.query<Row>(sql));

/** Every row of every table, the queue's as well, as text. */
async function dump(): Promise<string> {
  const tables = await run<{ name: string }>(
    `select format('%I.%I', schemaname, tablename) as name from pg_tables
     where schemaname not in ('pg_catalog', 'information_schema')`,
  );
  const texts = [];
  for (const { name } of tables) {
    const rows = await run<{ row: string }>(`select t::text as row from ${name} t`);
    texts.push(name, ...rows.map(({ row }) => row));
  }
  return texts.join('\n');
}

test('a dump of the database holds no password and no mailed link, and the queue no address', async () => {
  const password = 'an engine of brass and steam';
  const admin = await app.signedIn({ permissions: ['admin.users'] });
  await run(`update site set registration = 'OPEN'`);
  await run(`update account set email_verified = username <> 'given'`);
  await app.signedIn({ username: 'given' });
  const { get } = app;
  const input = { username: 'waiting', email: 'waiting@example.net', password };
  await app.unit(() => get(Registrations).register(nobody, input));
  await app.unit(() => get(EmailVerifications).resend(nobody, 'given@example.org'));
  await app.unit(() => get(ResetRequests).request(nobody, `${admin.name}@example.org`));
  await app.unit(() => get(EmailChanges).request(admin, 'changed@example.net'));
  await app.unit(() => get(SecondaryEmails).add(admin, 'second@example.net'));
  await app.unit(() =>
    get(Invites).create(admin, { email: 'guest@example.net', role: 'USER', permissions: [] }),
  );
  const before = await dump();
  expect(before).toContain('verification.resend');
  // Asked for, but not yet looked up: whose addresses were typed is nobody's business.
  expect(before.split('graphile_worker._private_jobs')[1]).not.toMatch(/@example|%40/);

  for (const { task, payload } of await queued()) {
    const job = app.house.jobs.find(({ name }) => name === task);
    if (job) await app.unit(() => job.run(payload));
  }
  const links = (await queued())
    .filter(({ task }) => task === 'mail.send')
    .map(({ payload }) => openMail(payload as QueuedMail, app.kernel.sealer).mail)
    .map((mail) => mail.blocks.find((block) => block.kind === 'link')!.url);
  const pages = ['verify-email', 'reset-password', 'verify-secondary-email', 'register'];
  expect(new Set(links.map((link) => new URL(link).pathname.slice(1)))).toEqual(new Set(pages));
  expect(links).toHaveLength(6);
  const after = await dump();
  expect(after).toContain('public.registration');
  expect(after).toContain('$argon2id$');
  for (const link of links) {
    expect(after).not.toContain(new URL(link).search.split('=')[1]!);
  }
  for (const text of [before, after]) {
    expect(text).not.toContain(password);
    expect(text).not.toContain('token=');
  }
});

const queued = () =>
  run<{ task: string; payload: unknown }>(
    `select task.identifier as task, job.payload from graphile_worker._private_jobs job
     join graphile_worker._private_tasks task on task.id = job.task_id order by job.id`,
  );
