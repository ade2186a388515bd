import pg from 'pg';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createTestApp, goodPassword } from '../../../test/app.js';
import type { TestApp } from '../../../test/app.js';
import { tokenIn } from '../../../test/mail.js';
import { ServerProcess } from '../../../test/server-process.js';
import { SmtpSink } from '../../../test/smtp-sink.js';
import type { ReceivedMail } from '../../../test/smtp-sink.js';
import { sessionCookieName } from '../../transport/http/request/cookies.js';
import { readConfig } from '../../config.js';
import type { Viewer } from '../../kernel/access/viewer.js';

const inboxes = ['ada@example.org', 'ada@second.example'];
const next = 'a much better passphrase 9';
const change = `mutation ($current: String, $next: String!) {
  changePassword(currentPassword: $current, newPassword: $next) { passwordChangedAt } }`;

let sink: SmtpSink;
let app: TestApp;
let ada: Viewer;
let running: ServerProcess[] = [];
beforeEach(async () => {
  sink = await SmtpSink.open();
  app = await createTestApp({ SMTP_URL: sink.url });
  ada = await app.signedIn({ username: 'ada' });
  await sql(
    'insert into secondary_email (account_id, email, email_canonical) values ($1, $2, $2)',
    [ada.accountId, inboxes[1]],
  );
  await sql('update account set email_verified = true');
});
afterEach(async () => {
  for (const server of running) await server.kill();
  running = [];
  await app.close();
  await sink.close();
});

const sql = <Row = Record<string, unknown>>(text: string, values: unknown[] = []) =>
  app.unit(() => app.kernel.database.query<Row>(text, values));
const soon = (check: () => unknown) => vi.waitFor(check, { timeout: 60_000, interval: 50 });
async function start(env: Record<string, string> = {}): Promise<ServerProcess> {
  const server = await ServerProcess.beside(app, { SMTP_URL: sink.url, ...env });
  running.push(server);
  return server;
}
const cookie = (publicUrl: string) => {
  const config = readConfig({ PUBLIC_URL: publicUrl, DATA_DIR: app.dataDir }, { envFile: false });
  return `${sessionCookieName(config)}=${app.secretOf(ada)}`;
};
const changePassword = (server: ServerProcess) =>
  server.graphql(change, { current: goodPassword, next }, { cookie: cookie('http://127.0.0.1:1') });
/** All four of a changed password are on their way to their end. */
const allSent = () =>
  soon(async () => {
    const rows = await sql<{ status: string }>(
      `select status from delivery where channel = 'EMAIL'`,
    );
    expect(rows.map(({ status }) => status)).toEqual(Array(4).fill('SENT'));
  });
const copies = () =>
  Map.groupBy(sink.messages, (mail) => `${mail.subject} ${mail.envelopeTo.join()}`);

describe('a server that is killed', { timeout: 180_000 }, () => {
  test('while the mail server keeps it waiting loses nothing and doubles nothing', async () => {
    sink.script('hang', 'hang', 'hang');
    const first = await start();
    const { data } = await changePassword(first);
    expect(data).toMatchObject({ changePassword: {} });
    await soon(() => expect(sink.read).toBeGreaterThan(0));
    await first.kill();
    expect(sink.messages).toEqual([]);
    sink.cut();
    sink.forget();
    await start();
    await allSent();
    expect([...copies().values()].map((same) => same.length)).toEqual([1, 1, 1, 1]);
  });

  test('before it noted the mail server’s yes sends twice at most, under one id', async () => {
    const holder = new pg.Client({ connectionString: app.databaseUrl });
    await holder.connect();
    await holder.query('begin; lock table delivery_try in access exclusive mode');
    const first = await start();
    await changePassword(first);
    await soon(() => expect(sink.messages.length).toBeGreaterThanOrEqual(3));
    await first.kill();
    await holder.end();
    await start();
    await allSent();
    const all = [...copies().values()];
    expect(all).toHaveLength(4);
    expect(Math.max(...all.map((same) => same.length))).toBe(2);
    for (const same of all) {
      expect(new Set(same.map(({ messageId, date }) => `${messageId} ${date}`)).size).toBe(1);
    }
  });
});

test(
  'whatever host a request names, mails lead to the site’s own address',
  { timeout: 120_000 },
  async () => {
    const own = 'https://accounts.example.org';
    const server = await start({ PUBLIC_URL: own, TRUSTED_PROXIES: '127.0.0.1' });
    const hostile = {
      host: 'evil.example',
      'x-forwarded-host': 'evil.example',
      'x-forwarded-proto': 'http',
      'x-forwarded-port': '8080',
      'x-forwarded-for': '203.0.113.66',
      'x-original-url': 'https://evil.example/reset',
      'x-rewrite-url': '/evil',
      forwarded: 'for=203.0.113.66;host=evil.example;proto=http',
      referer: 'https://evil.example/',
    };
    const { data } = await server.graphql(
      change,
      { current: goodPassword, next },
      { ...hostile, cookie: cookie(own) },
    );
    expect(data).toMatchObject({ changePassword: {} });
    await server.graphql(
      'mutation ($email: EmailAddress!) { requestPasswordReset(email: $email) }',
      { email: inboxes[0] },
      hostile,
    );
    await allSent();
    await soon(() => expect(sink.messages).toHaveLength(5));
    const urls = (mail: ReceivedMail) =>
      [...`${mail.text} ${mail.html}`.matchAll(/[a-z][a-z+.-]*:\/\/[^\s"<]+/gi)].map(
        ([url]) => url,
      );
    for (const mail of sink.messages) {
      expect(mail.raw).not.toContain('evil.example');
      expect(mail.messageId).toMatch(/@accounts\.example\.org>$/);
      expect(urls(mail).length).toBeGreaterThan(0);
      for (const url of urls(mail)) expect(new URL(url).origin).toBe(own);
    }
    const reset = sink.messages.find((mail) => mail.text?.includes('token='))!;
    expect(reset.text).toContain(`${own}/reset-password?token=${tokenIn(reset)}`);
    const alerts = sink.messages.filter((mail) => mail !== reset);
    for (const mail of alerts) {
      expect(new Set(urls(mail))).toEqual(new Set([`${own}/security`, `${own}/forgot-password`]));
      expect(mail.text).toContain('203.0.113.66');
    }
  },
);
