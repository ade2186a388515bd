import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestApp } from '../../../test/app.js';
import type { TestApp } from '../../../test/app.js';
import { DeliveryBench } from '../../../test/delivery.js';
import { openReceiver } from '../../../test/receiver.js';
import type { Viewer } from '../../kernel/viewer.js';

let app: TestApp;
let bench: DeliveryBench;
let ada: Viewer;
beforeAll(async () => {
  app = await createTestApp({ OUTBOUND_ALLOW: '127.0.0.1' });
  bench = new DeliveryBench(app);
  ada = await app.signedIn();
});
afterAll(() => app.close());

const listen = (url: string) =>
  app.graphql(
    `mutation ($input: WebhookInput!) { createWebhook(input: $input) { secret } }`,
    { input: { url, events: ['*'] } },
    ada,
  );

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
  await app.worker.open();
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

test('a turn that a crash left over ends by itself', async () => {
  await bench.clear();
  const receiver = await openReceiver();
  await bench.sql('delete from destination');
  await listen(receiver.url);
  await bench.sql(`update destination set busy_until = $1`, [
    new Date(app.clock.now().getTime() + 30_000),
  ]);
  await bench.say('five', [ada]);
  const hurry = setInterval(() => app.clock.advance(2_000), 100);
  await expect.poll(() => receiver.received.length, { timeout: 14_000 }).toBe(1);
  clearInterval(hurry);
  await receiver.close();
}, 20_000);
