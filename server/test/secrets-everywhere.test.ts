import { afterAll, beforeAll, expect, test } from 'vitest';
import { act } from './alerts.js';
import { createMailedApp, tokenIn } from './mail.js';
import type { MailedApp } from './mail.js';

let app: MailedApp;
beforeAll(async () => {
  app = await createMailedApp();
});
afterAll(async () => {
  await app.close();
});

test('no table holds a link, a key or a secret of a channel in a form that somebody could use', async () => {
  const admin = await app.signedIn({ permissions: ['admin.licenses', 'admin.users'] });
  const ada = await app.signedIn();
  const as = (document: string, variables: Record<string, unknown> = {}) =>
    act(app, document, variables, ada);
  await as('mutation { setNotificationEmail(email: "news@example.net") { __typename } }');
  const newsToken = await app.tokenTo('news@example.net');
  await as('mutation { requestDataExport }');
  const mails = await app.mailTo(`${ada.name}@example.org`);
  const exportToken = tokenIn(mails.find(({ text }) => text?.includes('/export?token='))!);
  const issued = await act(
    app,
    'mutation ($id: ID!) { issueLicense(product: "mailer", userId: $id) { id } }',
    { id: ada.accountId },
    admin,
  );
  const { id } = issued['issueLicense'] as { id: string };
  const made = await as(
    'mutation ($id: ID!) { createApiKey(label: "host", licenseId: $id) { secret } }',
    { id },
  );
  const { secret: apiKey } = made['createApiKey'] as { secret: string };
  const hook = await as(
    `mutation { createWebhook(input: { url: "https://hooks.example.net/a-secret-path", events: ["domain.created"] }) {
       secret webhook { id } } }`,
  );
  const { secret: former, webhook } = hook['createWebhook'] as {
    secret: string;
    webhook: { id: string };
  };
  const rotated = await as('mutation ($id: ID!) { rotateWebhookSecret(id: $id) { secret } }', {
    id: webhook.id,
  });
  const { secret: webhookSecret } = rotated['rotateWebhookSecret'] as { secret: string };
  const rows = await app.unit(async () => {
    const { database } = app.kernel;
    const tables = await database.query<{ name: string }>(
      `select format('%I.%I', schemaname, tablename) as name from pg_tables
       where schemaname not in ('pg_catalog', 'information_schema')`,
    );
    const all: string[] = [];
    for (const { name } of tables) {
      const found = await database.query<{ row: string }>(`select t::text as row from ${name} t`);
      all.push(...found.map(({ row }) => `${name}: ${row}`));
    }
    return all;
  });
  expect(rows.some((row) => row.startsWith('public.api_key:'))).toBe(true);
  expect(rows.some((row) => row.startsWith('public.data_export:'))).toBe(true);
  expect(rows.some((row) => row.startsWith('public.destination:'))).toBe(true);
  const secrets = { newsToken, exportToken, apiKey, former, webhookSecret };
  const others = { path: 'a-secret-path', cookie: app.secretOf(ada) };
  for (const [name, secret] of Object.entries({ ...secrets, ...others })) {
    expect(secret.length, name).toBeGreaterThan(10);
    const bare = secret.replace(/^whsec_/, '');
    const hex = Buffer.from(bare, 'base64').toString('hex');
    const found = rows.filter(
      (row) => row.includes(bare) || (hex.length > 20 && row.includes(hex)),
    );
    expect(found, name).toEqual([]);
  }
}, 60_000);
