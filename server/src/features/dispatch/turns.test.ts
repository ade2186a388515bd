import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestApp } from '../../../test/app.js';
import type { TestApp } from '../../../test/app.js';
import { DeliveryBench } from '../../../test/delivery.js';
import { openReceiver } from '../../../test/receiver.js';
import type { Viewer } from '../../kernel/access/viewer.js';

let app: TestApp;
let bench: DeliveryBench;
let ada: Viewer;
beforeAll(async () => {
  app = await createTestApp({ OUTBOUND_ALLOW: '127.0.0.1' });
  bench = new DeliveryBench(app);
  ada = await app.signedIn();
});
afterAll(() => app.close());

let opened: Promise<void> | null = null;
const working = () => (opened ??= app.worker.open());

const listen = (url: string, who = ada) =>
  app.graphql(
    `mutation ($input: WebhookInput!) { createWebhook(input: $input) { secret } }`,
    { input: { url, events: ['*'] } },
    who,
  );

test('a turn that a crash left over ends by itself, after half a minute', async () => {
  // Ahead of the queue's own clock, so that nothing is due but by ours.
  app.clock.advance(3_600_000);
  const receiver = await openReceiver();
  await listen(receiver.url);
  await bench.sql(`update destination set busy_until = $1`, [
    new Date(app.clock.now().getTime() + 30_000),
  ]);
  await bench.say('Hello', [ada]);
  await bench.work();
  app.clock.advance(29_000);
  await bench.work();
  expect(receiver.received).toHaveLength(0);
  app.clock.advance(5_000);
  await bench.work();
  expect(receiver.received).toHaveLength(1);
  expect(await bench.sql('select busy_until from destination')).toEqual([{ busy_until: null }]);
  await receiver.close();
  await bench.sql('delete from destination');
  await bench.clear();
  app.clock.set(new Date());
});

test('a person with many webhooks has four under way at most, and all hear', async () => {
  const counts = { under: 0, most: 0 };
  const slow = await openReceiver((_, response) => {
    counts.under += 1;
    counts.most = Math.max(counts.most, counts.under);
    setTimeout(() => {
      counts.under -= 1;
      response.end();
    }, 300);
  });
  const many = await app.signedIn();
  for (let each = 0; each < 7; each++) await listen(`${slow.url}/${each}`, many);
  await bench.say('Hello', [many]);
  await working();
  const hurry = setInterval(() => app.clock.set(new Date()), 20);
  await expect.poll(() => slow.received.length, { timeout: 14_000 }).toBe(7);
  expect(new Set(slow.received.map(({ path }) => path)).size).toBe(7);
  expect(counts.most).toBeLessThanOrEqual(4);
  await expect
    .poll(() => bench.sql('select 1 from destination where busy_until is not null'))
    .toEqual([]);
  clearInterval(hurry);
  await slow.close();
}, 40_000);

test('one request at a time is under way to a webhook, no other waits for it, and all arrive', async () => {
  const counts = { under: 0, most: 0 };
  const slow = await openReceiver((_, response) => {
    counts.under += 1;
    counts.most = Math.max(counts.most, counts.under);
    setTimeout(() => {
      counts.under -= 1;
      response.end();
    }, 300);
  });
  const quick = await openReceiver();
  await listen(slow.url);
  await listen(quick.url);
  for (const title of ['one', 'two', 'three', 'four']) await bench.say(title, [ada]);
  await working();
  const hurry = setInterval(() => app.clock.set(new Date()), 20);
  const ids = () => new Set(slow.received.map(({ headers }) => headers['webhook-id']));
  await expect.poll(() => quick.received.length, { timeout: 14_000 }).toBe(4);
  await expect.poll(() => ids().size, { timeout: 14_000 }).toBe(4);
  expect(counts.most).toBe(1);
  expect(slow.received).toHaveLength(4);
  await expect
    .poll(() => bench.sql('select 1 from destination where busy_until is not null'))
    .toEqual([]);
  clearInterval(hurry);
  await slow.close();
  await quick.close();
}, 40_000);
