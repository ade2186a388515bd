import { Writable } from 'node:stream';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createTestApp } from '../../../test/app.js';
import type { TestApp } from '../../../test/app.js';
import { DeliveryBench } from '../../../test/delivery.js';
import { botToken, openDiscord } from '../../../test/discord.js';
import type { FakeDiscord } from '../../../test/discord.js';
import { openReceiver } from '../../../test/receiver.js';
import type { Receiver } from '../../../test/receiver.js';
import { openSignal, signalSender } from '../../../test/signal.js';
import type { FakeSignal } from '../../../test/signal.js';
import { openApp } from '../../app.js';
import { createLog } from '../../kernel/log/log.js';
import type { Viewer } from '../../kernel/access/viewer.js';
import { writeWhy } from '../delivery/why.js';
import { DeliveryTries } from '../dispatch/delivery-tries.js';

const token = 'aF3dE9_a-token-of-sixty-characters-and-more-which-is-secret-a1b2';
const id = '80351110224678912';

let discord: FakeDiscord;
let signal: FakeSignal;
let receiver: Receiver;
let app: TestApp;
let bench: DeliveryBench;
let ada: Viewer;
beforeAll(async () => {
  discord = await openDiscord();
  signal = await openSignal();
  receiver = await openReceiver();
  app = await createTestApp({
    DISCORD_API_URL: discord.apiUrl,
    DISCORD_BOT_TOKEN: botToken,
    SIGNAL_API_URL: signal.apiUrl,
    SIGNAL_SENDER: signalSender,
    OUTBOUND_ALLOW: '127.0.0.1',
  });
  bench = new DeliveryBench(app);
});
beforeEach(async () => {
  discord.webhooks.set(id, token);
  discord.posted.length = 0;
  ada = await app.signedIn();
  await ask('mutation ($url: URL) { setDiscordWebhook(url: $url) { __typename } }', {
    url: discord.webhookUrl(id),
  });
  const type = 'admin.message';
  await bench.set(ada, [{ type, channel: 'DISCORD', enabled: true }]);
});
afterAll(async () => {
  await app.close();
  await discord.close();
  await signal.close();
  await receiver.close();
});

const ask = async (document: string, variables: object = {}) => {
  const { data, errors } = await app.graphql(document, { ...variables }, ada);
  expect(errors).toBeUndefined();
  return data;
};
interface Row {
  readonly status: string;
  readonly reason_text: string | null;
  readonly wait: number | null;
}
/** What is said now, and how it goes at Discord. */
const tell = async (title: string): Promise<Row> => {
  // Else it would be held as one of a burst.
  app.clock.advance(61_000);
  await bench.say(title, [ada]);
  await bench.work();
  const [row] = await bench.sql<Row>(
    `select status, reason_text, extract(epoch from next_attempt_at - $2)::float8 as wait
     from delivery where account_id = $1 and channel = 'DISCORD' order by created_at desc limit 1`,
    [ada.accountId, app.clock.now()],
  );
  return row!;
};

describe('Discord', () => {
  test('that asks one to wait is asked again then, and others are not kept', async () => {
    discord.limit(1, { retryAfter: 299.5 });
    const row = await tell('one');
    expect(row.status).toBe('RETRYING');
    expect(row.wait).toBeGreaterThanOrEqual(300);
    expect((await tell('two')).status).toBe('SENT');
    app.clock.advance(330_000);
    await bench.work();
    expect(discord.posted.map(({ content }) => content)).toEqual(['**two**', '**one**']);
  });

  test('that asks all to wait is left alone by all until then', async () => {
    discord.limit(1, { retryAfter: 200, global: true });
    await tell('one');
    const calls = discord.received.length;
    expect(await tell('two')).toMatchObject({ status: 'PENDING' });
    expect(discord.received).toHaveLength(calls);
    app.clock.advance(260_000);
    await bench.work();
    expect(new Set(discord.posted.map(({ content }) => content))).toEqual(
      new Set(['**one**', '**two**']),
    );
  });

  test('that knows the webhook no more ends it, and its owner hears of it in the inbox', async () => {
    discord.webhooks.delete(id);
    expect(await tell('one')).toMatchObject({
      status: 'FAILED',
      reason_text: writeWhy({ code: 'discord.webhookGone', values: {} }),
    });
    expect(await tell('two')).toMatchObject({ status: 'SUPPRESSED' });
    const titles = (await bench.shown(ada)).map(({ title }) => title);
    expect(titles).toContain('Discord does not reach you');
  });

  test('that refuses in words which no database keeps is told all the same', async () => {
    const message = `No\0${'x'.repeat(196)}🙂`;
    discord.always = { status: 400, body: JSON.stringify({ message, code: 50_035 }) };
    expect((await tell('one')).status).toBe('FAILED');
    discord.always = null;
    const titles = (await bench.shown(ada)).map(({ title }) => title);
    expect(titles).toContain('Discord does not reach you');
  });
});

test('a test message says what Discord, Signal and a receiver really answered', async () => {
  signal.unregistered.clear();
  const number = '+393337654321';
  await ask('mutation ($n: String) { setSignalNumber(number: $n) { __typename } }', { n: number });
  const code = signal.codeFor(number);
  await ask('mutation ($c: String!) { verifySignalNumber(code: $c) { __typename } }', { c: code });
  const tryOut = async (channel: string) => {
    const data = await ask(
      `mutation ($channel: Channel!) { testChannel(channel: $channel) {
         status target reason tries { ok statusCode response } } }`,
      { channel },
    );
    return (data as { testChannel: { tries: object[] } }).testChannel;
  };
  expect(await tryOut('DISCORD')).toMatchObject({
    status: 'SENT',
    target: 'discord.com/…/a1b2',
    tries: [{ ok: true, statusCode: 200 }],
  });
  expect(await tryOut('SIGNAL')).toMatchObject({
    status: 'SENT',
    target: '+39…21',
    tries: [{ ok: true, statusCode: 201 }],
  });
  signal.unregistered.add(number);
  expect(await tryOut('SIGNAL')).toMatchObject({
    status: 'FAILED',
    reason: 'There is no Signal account of this number.',
    tries: [{ ok: false, statusCode: 400 }],
  });
});

test('no table, log or answer holds a token, a number or a webhook’s address or secret', async () => {
  const number = '+393339876543';
  await ask('mutation ($n: String) { setSignalNumber(number: $n) { __typename } }', { n: number });
  const code = signal.codeFor(number);
  await ask('mutation ($c: String!) { verifySignalNumber(code: $c) { __typename } }', { c: code });
  const made = await ask(
    'mutation ($input: WebhookInput!) { createWebhook(input: $input) { secret } }',
    { input: { url: `${receiver.url}/only-its-owner-knows-this`, events: ['*'] } },
  );
  const { secret } = (made as { createWebhook: { secret: string } }).createWebhook;
  await bench.set(ada, [{ type: 'admin.message', channel: 'SIGNAL', enabled: true }]);
  app.clock.advance(61_000);
  await bench.say('Hello', [ada]);

  const lines: string[] = [];
  const write = (chunk: Buffer, _: unknown, done: () => void) => {
    lines.push(chunk.toString());
    done();
  };
  const log = createLog('trace', new Writable({ write }));
  const { config, databaseUrl, clock } = app;
  const second = await openApp({ config, databaseUrl, log, clock });
  const jobs = new Map(
    second
      .get(DeliveryTries)
      .jobs()
      .map((job) => [job.name, job]),
  );
  const waiting = await bench.sql<{ id: string; channel: string }>(
    `select id, channel from delivery where account_id = $1 and status = 'PENDING'`,
    [ada.accountId],
  );
  for (const row of waiting) {
    const job = jobs.get(`delivery.${row.channel}`)!;
    await second.kernel.database.unitOfWork(() => job.run({ id: row.id }));
  }
  await second.close();
  expect(discord.posted.at(-1)!.content).toBe('**Hello**');
  expect(signal.messages.at(-1)!.text).toContain('Hello');
  expect(receiver.received).toHaveLength(1);

  const tables = await bench.sql<{ name: string }>(
    `select format('%I.%I', schemaname, tablename) as name from pg_tables
     where schemaname not in ('pg_catalog', 'information_schema')`,
  );
  const rows: string[] = [];
  for (const { name } of tables) {
    const found = await bench.sql<{ row: string }>(`select t::text as row from ${name} t`);
    rows.push(name, ...found.map(({ row }) => row));
  }
  const answer = await ask(
    `{ me { notificationSettings { discordWebhook deliveries { nodes {
         target reason tries { request response error } } } } } }`,
  );
  const told = { tables: rows.join('\n'), log: lines.join(''), answer: JSON.stringify(answer) };
  expect(told.tables).toContain('public.delivery_try');
  expect(told.log).toContain('delivered');
  expect(told.answer).toContain('/v2/send');
  for (const [where, text] of Object.entries(told)) {
    for (const hidden of [token, botToken, secret, number, 'only-its-owner-knows-this']) {
      expect(text, `${hidden} in ${where}`).not.toContain(hidden);
    }
  }
});
