import { afterAll, beforeAll, expect, test } from 'vitest';
import { act } from './alerts.js';
import { botToken, openDiscord } from './discord.js';
import type { FakeDiscord } from './discord.js';
import { createMailedApp, tokenIn } from './mail.js';
import type { MailedApp } from './mail.js';
import { PasskeyPage } from './passkeys.js';
import { openSignal, signalSender } from './signal.js';
import type { FakeSignal } from './signal.js';

let app: MailedApp;
let discord: FakeDiscord;
let signal: FakeSignal;
beforeAll(async () => {
  [discord, signal] = [await openDiscord(), await openSignal()];
  app = await createMailedApp({
    DISCORD_API_URL: discord.apiUrl,
    DISCORD_BOT_TOKEN: botToken,
    SIGNAL_API_URL: signal.apiUrl,
    SIGNAL_SENDER: signalSender,
  });
});
afterAll(async () => {
  await app.close();
  await Promise.all([discord.close(), signal.close()]);
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
  const discordToken = 'a-discord-webhook-token-of-sixty-eight-letters-that-nobody-can-guess';
  discord.webhooks.set('80351110224678912', discordToken);
  await as('mutation ($url: URL) { setDiscordWebhook(url: $url) { __typename } }', {
    url: discord.webhookUrl('80351110224678912'),
  });
  discord.users.set('53908232506183680', 'open');
  await as('mutation { setDiscordUser(userId: "53908232506183680") { __typename } }');
  const signalNumber = '+393331234567';
  await as('mutation ($number: String) { setSignalNumber(number: $number) { __typename } }', {
    number: signalNumber,
  });
  const signalCode = signal.codeFor(signalNumber);
  expect(signalCode).toMatch(/^\d{6}$/);
  const page = new PasskeyPage(app);
  const { challenge } = (await page.start('startPasskeyRegistration', ada)).options;
  const rows = await everyRow();
  expect(rows.some((row) => row.startsWith('public.api_key:'))).toBe(true);
  expect(rows.some((row) => row.startsWith('public.data_export:'))).toBe(true);
  expect(rows.some((row) => row.startsWith('public.destination:'))).toBe(true);
  const secrets = { newsToken, exportToken, apiKey, former, webhookSecret };
  const others = {
    ...{ path: 'a-secret-path', cookie: app.secretOf(ada), browser: 'the browser of this test' },
    ...{ discordToken, botToken, signalNumber, challenge },
  };
  for (const [name, secret] of Object.entries({ ...secrets, ...others })) {
    expect(secret.length, name).toBeGreaterThan(10);
    const bare = secret.replace(/^whsec_/, '');
    const hex = Buffer.from(bare, 'base64').toString('hex');
    const found = rows.filter(
      (row) => row.includes(bare) || (hex.length > 20 && row.includes(hex)),
    );
    expect(found, name).toEqual([]);
  }
  // Six digits stand in many a number; on their own they would be the code.
  const alone = new RegExp(`(?<![\\d.])${signalCode}(?!\\d)`);
  expect(rows.filter((row) => alone.test(row))).toEqual([]);
}, 60_000);

/** Every row of every table, the queue's and the sessions' as well. */
function everyRow(): Promise<string[]> {
  return app.unit(async () => {
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
}

/** Columns that are called like a secret and are none, each with the reason. */
const noSecrets: Record<string, string> = {
  'delivery.reason_code': 'why a delivery failed',
  'delivery_try.status_code': 'what a provider answered',
  'failed_sign_in.key': 'a digest of whom somebody tried',
  'idempotency_key.key': 'what a sender calls his message',
  'notification_type.key': 'the name of a type',
  'passkey.public_key': 'public',
  'rate_limit.key': 'a digest of what is limited',
  'site.key_fingerprint': 'tells keys apart and opens nothing',
  'usage_limit.key': 'the name of a limit',
};

test('a column that is called like a secret holds a hash or something sealed', async () => {
  const columns = await app.unit(() =>
    app.kernel.database.query<{ name: string }>(
      `select table_name || '.' || column_name as name from information_schema.columns
       where table_schema = 'public'
         and column_name ~ '(secret|token|code|key|password|challenge|ticket|cookie)'`,
    ),
  );
  const plain = columns.map(({ name }) => name).filter((name) => !/_(hash|sealed)$/.test(name));
  expect(plain.sort()).toEqual(Object.keys(noSecrets));
});
