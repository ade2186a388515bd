import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { Viewer } from '../src/kernel/access/viewer.js';
import { act } from './alerts.js';
import { DeliveryBench } from './delivery.js';
import { openDiscord } from './discord.js';
import type { FakeDiscord } from './discord.js';
import { createMailedApp } from './mail.js';
import type { MailedApp } from './mail.js';
import { openReceiver, silent } from './receiver.js';

/** Of the lanes of webhooks and of mails, and of what one person may take of the first. */
const [webhookPlaces, mailPlaces, ofOnePerson] = [16, 3, 4];
/** For what takes a moment, on a loaded machine; less than a provider that says nothing is waited for. */
const soon = { timeout: 12_000, interval: 20 };

let app: MailedApp;
let bench: DeliveryBench;
let discord: FakeDiscord;
beforeAll(async () => {
  discord = await openDiscord();
  app = await createMailedApp({ DISCORD_API_URL: discord.apiUrl, OUTBOUND_ALLOW: '127.0.0.0/8' });
  bench = new DeliveryBench(app);
});
afterEach(() => bench.clear());
afterAll(async () => {
  app.sink.cut();
  await app.close();
  await discord.close();
});

const isOn = (...channels: string[]) =>
  channels.map((channel) => ({ type: 'admin.message', channel, enabled: true }));

/** Somebody whose messages go to Discord and to a mailbox. */
async function reader(): Promise<Viewer> {
  const viewer = await app.signedIn();
  discord.webhooks.set('80351110224678912', 'a-discord-webhook-token-that-nobody-can-guess');
  const set = 'mutation ($url: URL) { setDiscordWebhook(url: $url) { __typename } }';
  await act(app, set, { url: discord.webhookUrl('80351110224678912') }, viewer);
  await bench.set(viewer, isOn('DISCORD', 'EMAIL'));
  return viewer;
}
async function listen(url: string, who: Viewer): Promise<void> {
  const create = 'mutation ($input: WebhookInput!) { createWebhook(input: $input) { secret } }';
  await act(app, create, { input: { url, events: ['*'] } }, who);
}
const many = (count: number) => Promise.all(Array.from({ length: count }, () => app.signedIn()));

const waiting = async (channel: string) => {
  const rows = await bench.rows();
  return rows.filter((row) => row.channel === channel && row.status === 'PENDING').length;
};
const mails = (title: string) =>
  app.sink.messages.filter(({ subject }) => subject?.includes(title)).length;
const posts = (title: string) =>
  discord.posted.filter((posted) => JSON.stringify(posted).includes(title)).length;

test('receivers that answer nothing fill their lane, and mails and Discord have theirs meanwhile', async () => {
  const mute = await openReceiver(silent);
  const people = await many(webhookPlaces / ofOnePerson + 2);
  for (const one of people) {
    for (let each = 0; each < ofOnePerson; each += 1) await listen(`${mute.url}/${each}`, one);
  }
  const ada = await reader();
  await app.settled();
  for (const title of ['One', 'Two']) await bench.say(title, people);
  await expect.poll(() => mute.received.length, soon).toBe(webhookPlaces);

  await bench.say('In time', [ada]);
  await expect.poll(() => [mails('In time'), posts('In time')], soon).toEqual([1, 1]);
  // None of those that hang had been given up to make room.
  expect(mute.received).toHaveLength(webhookPlaces);
  expect(await waiting('WEBHOOK')).toBe(people.length * ofOnePerson * 2);
  await mute.close();
}, 60_000);

test('a mail server that answers nothing delays no webhook and no Discord', async () => {
  const panel = await openReceiver();
  const ada = await reader();
  await listen(panel.url, ada);
  const people = await many(2 * mailPlaces);
  for (const one of people) await bench.set(one, isOn('EMAIL'));
  await app.settled();
  app.sink.script(...people.map(() => 'hang' as const));
  const before = app.sink.read;
  await bench.say('Unanswered', people);
  await expect.poll(() => app.sink.read - before, soon).toBe(mailPlaces);

  await bench.say('As ever', [ada]);
  const heard = () => panel.received.filter(({ body }) => body.includes('As ever')).length;
  await expect.poll(() => [heard(), posts('As ever')], soon).toEqual([1, 1]);
  expect(app.sink.read - before).toBe(mailPlaces);
  expect(await waiting('EMAIL')).toBe(people.length + 1);
  await panel.close();
}, 60_000);
