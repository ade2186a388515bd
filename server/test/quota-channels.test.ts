import { Webhook } from 'standardwebhooks';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Limits } from '../src/features/limit/limits.js';
import { EmailAccounts } from '../src/features/mailbox/email-accounts.js';
import type { Viewer } from '../src/kernel/access/viewer.js';
import { act } from './alerts.js';
import { openDiscord } from './discord.js';
import type { FakeDiscord } from './discord.js';
import { createMailedApp } from './mail.js';
import type { MailedApp } from './mail.js';
import { openReceiver } from './receiver.js';
import type { Receiver } from './receiver.js';
import { openSignal, signalSender } from './signal.js';
import type { FakeSignal } from './signal.js';

let app: MailedApp;
let discord: FakeDiscord;
let signal: FakeSignal;
let panel: Receiver;
let root: Viewer;
beforeAll(async () => {
  [discord, signal, panel] = [await openDiscord(), await openSignal(), await openReceiver()];
  app = await createMailedApp({
    DISCORD_API_URL: discord.apiUrl,
    SIGNAL_API_URL: signal.apiUrl,
    SIGNAL_SENDER: signalSender,
    OUTBOUND_ALLOW: '127.0.0.0/8',
  });
  root = await app.signedIn({ username: 'root1', permissions: ['admin.users'] });
});
afterAll(async () => {
  await app.close();
  await Promise.all([discord.close(), signal.close(), panel.close()]);
});

const number = '+393331234567';
const types = ['quota', 'email_account'].flatMap((of) => [
  `${of}.near_limit`,
  `${of}.back_to_normal`,
]);

/** Every way there is, each set up as its owner would. @returns the secret of the webhook */
async function everyChannel(ada: Viewer): Promise<string> {
  const as = (document: string, variables: Record<string, unknown> = {}) =>
    act(app, document, variables, ada);
  discord.webhooks.set('80351110224678912', 'a-discord-webhook-token-that-nobody-can-guess');
  await as('mutation ($url: URL) { setDiscordWebhook(url: $url) { __typename } }', {
    url: discord.webhookUrl('80351110224678912'),
  });
  await as('mutation ($n: String) { setSignalNumber(number: $n) { __typename } }', { n: number });
  await as('mutation ($c: String!) { verifySignalNumber(code: $c) { __typename } }', {
    c: signal.codeFor(number),
  });
  await as('mutation ($c: [PreferenceInput!]!) { setPreferences(changes: $c) { __typename } }', {
    c: types.flatMap((type) =>
      ['DISCORD', 'SIGNAL'].map((channel) => ({ type, channel, enabled: true })),
    ),
  });
  const made = await as('mutation ($i: WebhookInput!) { createWebhook(input: $i) { secret } }', {
    i: { url: `${panel.url}/hook`, events: types },
  });
  return (made['createWebhook'] as { secret: string }).secret;
}

/** What came since the last look, by every way. */
async function heard(ada: Viewer, secret: string) {
  await app.settled();
  const { me } = await act(app, '{ me { inbox { nodes { title } } } }', {}, ada);
  const { nodes } = (me as { inbox: { nodes: { title: string }[] } }).inbox;
  const hooks = panel.received.splice(0).map(({ body, headers }) => {
    const { type, data } = new Webhook(secret).verify(body, headers as never) as {
      type: string;
      data: Record<string, unknown>;
    };
    return { type, data };
  });
  return {
    inbox: nodes[0]?.title,
    discord: discord.posted
      .splice(0)
      .map(({ content, embeds }) => content + JSON.stringify(embeds)),
    signal: signal.messages.splice(0).map(({ text }) => text),
    hooks,
    own: (await app.mailTo(`${ada.name}@example.org`)).map(({ subject }) => subject),
    space: (await app.mailTo('space@example.net')).map(({ subject }) => subject),
    news: (await app.mailTo('news@example.net')).map(({ subject }) => subject),
  };
}

async function mailThere(ada: Viewer, email: string, category: string | null): Promise<void> {
  const set =
    'mutation ($e: EmailAddress, $c: String) { setNotificationEmail(email: $e, category: $c) { __typename } }';
  await act(app, set, { e: email, c: category }, ada);
  const verify = 'mutation ($t: String!) { verifyNotificationEmail(token: $t) }';
  await act(app, verify, { t: await app.tokenTo(email) }, ada);
}

test('a threshold is told in the app, by mail where such mail goes, on Discord, Signal and to a program', async () => {
  const ada = await app.signedIn();
  const secret = await everyChannel(ada);
  await mailThere(ada, 'news@example.net', null);
  await mailThere(ada, 'space@example.net', 'quota');
  await heard(ada, secret);
  const report = (used: number) =>
    app.unit(() => app.get(Limits).report(root, { username: ada.name, key: 'disk', used }));
  await app.unit(() => app.get(Limits).set(root, ada.accountId!, 'disk', 50_000_000_000));
  await report(41_000_000_000);
  const near = 'You have used 80 % of your disk space';
  const data = { object: 'disk', unit: 'BYTES', limit: 50_000_000_000, threshold: 80 };
  expect(await heard(ada, secret)).toMatchObject({
    inbox: near,
    discord: [expect.stringContaining(near)],
    signal: [expect.stringContaining(near)],
    hooks: [
      {
        type: 'quota.near_limit',
        data: { ...data, used: 41_000_000_000, event: 'exceeded' },
      },
    ],
    own: [],
    space: [expect.stringContaining(near)],
    news: [],
  });
  await report(10_000_000_000);
  const back = 'Room again: your disk space';
  expect(await heard(ada, secret)).toMatchObject({
    inbox: back,
    discord: [expect.stringContaining(back)],
    signal: [expect.stringContaining(back)],
    hooks: [{ type: 'quota.back_to_normal', data: { ...data, event: 'back_to_normal' } }],
    own: [],
    space: [expect.stringContaining(back)],
    news: [],
  });

  // One of the account's e-mail accounts goes the same ways.
  await app.unit(() =>
    app.get(EmailAccounts).put(root, {
      ...{ username: ada.name, address: 'box@example.org', archive: false },
      ...{ usedBytes: 82, quotaBytes: 100 },
    }),
  );
  const full = 'box@example.org is 80 % full';
  expect(await heard(ada, secret)).toMatchObject({
    inbox: full,
    discord: [expect.stringContaining(full)],
    signal: [expect.stringContaining(full)],
    hooks: [{ type: 'email_account.near_limit', data: { object: 'box@example.org', used: 82 } }],
    own: [],
    space: [expect.stringContaining(full)],
    news: [],
  });

  // Without an address of its own, such mail goes where all notifications go.
  const clear = 'mutation { setNotificationEmail(email: null, category: "quota") { __typename } }';
  await act(app, clear, {}, ada);
  await app.unit(() =>
    app.get(EmailAccounts).put(root, {
      ...{ username: ada.name, address: 'box@example.org', archive: false },
      ...{ usedBytes: 8, quotaBytes: 100 },
    }),
  );
  expect(await heard(ada, secret)).toMatchObject({
    own: [],
    space: [],
    news: [expect.stringContaining('box@example.org has room again')],
  });
}, 60_000);
