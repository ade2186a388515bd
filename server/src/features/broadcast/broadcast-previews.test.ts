import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createTestApp } from '../../../test/app.js';
import type { TestApp } from '../../../test/app.js';
import { refusalOf } from '../../../test/beside.js';
import { DeliveryBench } from '../../../test/delivery.js';
import { openDiscord } from '../../../test/discord.js';
import type { FakeDiscord } from '../../../test/discord.js';
import { openReceiver } from '../../../test/receiver.js';
import type { Receiver } from '../../../test/receiver.js';
import { SmtpSink } from '../../../test/smtp-sink.js';
import type { Viewer } from '../../kernel/access/viewer.js';

const discordId = '80351110224678912';
const discordToken = 'aF3dE9_a-token-of-sixty-characters-and-more-which-is-secret-a1b2';

let sink: SmtpSink;
let discord: FakeDiscord;
let receiver: Receiver;
let app: TestApp;
let bench: DeliveryBench;
let host: Viewer;
beforeAll(async () => {
  sink = await SmtpSink.open();
  discord = await openDiscord();
  receiver = await openReceiver();
  app = await createTestApp({
    SMTP_URL: sink.url,
    DISCORD_API_URL: discord.apiUrl,
    OUTBOUND_ALLOW: '127.0.0.1',
  });
  bench = new DeliveryBench(app);
  host = await app.signedIn({ username: 'host', permissions: ['admin.notifications'] });
});
beforeEach(async () => {
  sink.messages.length = 0;
  receiver.received.length = 0;
  await bench.clear();
});
afterAll(async () => {
  await app.close();
  await receiver.close();
  await discord.close();
  await sink.close();
});

interface Shown {
  readonly channel: string;
  readonly title: string | null;
  readonly text: string;
  readonly html: string | null;
}
const input = {
  title: 'Maintenance *tonight*',
  body: 'From 22:00.\n<b>Nothing</b> is lost, @everyone.',
  translations: [{ locale: 'IT', title: 'Manutenzione', body: 'Dalle 22.' }],
  severity: 'WARNING',
  url: 'https://status.example.org/a?b=c&d',
};
const ask = (given: object, locale: string, viewer = host) =>
  app.graphql(
    `query ($input: BroadcastInput!, $locale: Locale!) { admin {
       broadcastPreviews(input: $input, locale: $locale) { channel title text html } } }`,
    { input: given, locale },
    viewer,
  );
const preview = async (locale = 'EN', given: object = input) => {
  const { data, errors } = await ask(given, locale);
  expect(errors).toBeUndefined();
  const shown = (data as { admin: { broadcastPreviews: Shown[] } }).admin.broadcastPreviews;
  return Object.fromEntries(shown.map((one) => [one.channel, one])) as Record<string, Shown>;
};

describe('the preview of a broadcast', () => {
  test('is of the inbox and of every channel with a provider, in the language asked for', async () => {
    const english = await preview('EN');
    expect(Object.keys(english)).toEqual(['IN_APP', 'EMAIL', 'DISCORD', 'WEBHOOK']);
    expect(english['IN_APP']).toMatchObject({ title: input.title, text: input.body, html: null });
    const italian = await preview('IT');
    expect(italian['IN_APP']).toMatchObject({ title: 'Manutenzione', text: 'Dalle 22.' });
    expect(italian['EMAIL']!.html).toContain('lang="it"');
    expect(italian['EMAIL']!.text).toContain('Dalle 22.');
    expect(italian['EMAIL']!.text).toContain('Porta a');
  });

  test('is what really arrives by mail, at a webhook and at Discord', async () => {
    await app.graphql(
      'mutation ($input: WebhookInput!) { createWebhook(input: $input) { secret } }',
      { input: { url: receiver.url, events: ['*'] } },
      host,
    );
    discord.webhooks.set(discordId, discordToken);
    await app.graphql(
      'mutation ($url: URL) { setDiscordWebhook(url: $url) { __typename } }',
      { url: discord.webhookUrl(discordId) },
      host,
    );
    await bench.set(host, [{ type: 'admin.message', channel: 'DISCORD', enabled: true }]);
    const shown = await preview();
    const { errors } = await app.graphql(
      'mutation ($input: BroadcastInput!) { broadcast(input: $input) { id } }',
      { input },
      host,
    );
    expect(errors).toBeUndefined();
    await bench.work();
    const [mail] = sink.messages;
    expect(shown['EMAIL']!.title).toBe(mail!.subject);
    expect(mail!.text!.trim()).toBe(shown['EMAIL']!.text.trim());
    expect(mail!.html!.trim()).toBe(shown['EMAIL']!.html!.trim());
    expect(shown['EMAIL']!.html).not.toContain('<b>Nothing');
    const sent = receiver.received[0]!.json as { timestamp: string };
    const said = JSON.parse(shown['WEBHOOK']!.text) as object;
    expect({ ...said, timestamp: sent.timestamp }).toEqual(sent);
    const posted = discord.posted.at(-1)!;
    expect(shown['DISCORD']).toMatchObject({
      title: posted.content,
      text: posted.embeds[0]!['description'],
    });
  });

  test('is of another type where that is asked for, whether there is one or not', async () => {
    const { data, errors } = await app.graphql(
      `query ($input: BroadcastInput!) { admin {
         broadcastPreviews(input: $input, locale: EN, type: "backup.failed") { channel text } } }`,
      { input },
      host,
    );
    expect(errors).toBeUndefined();
    const shown = (data as { admin: { broadcastPreviews: Shown[] } }).admin.broadcastPreviews;
    const webhook = shown.find(({ channel }) => channel === 'WEBHOOK');
    expect(JSON.parse(webhook!.text)).toMatchObject({ type: 'backup.failed' });
  });

  test('keeps nothing and sends nothing', async () => {
    const counts = () =>
      bench.sql(
        `select (select count(*) from message) as messages, (select count(*) from delivery) as deliveries,
           (select count(*) from graphile_worker._private_jobs) as jobs`,
      );
    const before = await counts();
    await preview();
    expect(await counts()).toEqual(before);
  });

  test.each([
    ['title', { ...input, title: '' }],
    ['body', { ...input, body: 'x'.repeat(4_001) }],
    ['url', { ...input, url: 'javascript:alert(1)' }],
  ])('is refused for what could not be sent: %s', async (field, given) => {
    expect(refusalOf(await ask(given, 'EN'))).toEqual({ code: 'BAD_USER_INPUT', field });
  });

  test('is for those who may broadcast', async () => {
    const other = await app.signedIn({ permissions: ['admin.users'] });
    expect(refusalOf(await ask(input, 'EN', other))?.code).toBe('FORBIDDEN');
    expect(refusalOf(await ask(input, 'EN', await app.signedIn()))?.code).toBe('FORBIDDEN');
  });
});
