import { Webhook } from 'standardwebhooks';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createTestApp } from '../../../test/app.js';
import type { TestApp } from '../../../test/app.js';
import { DeliveryBench } from '../../../test/delivery.js';
import { answering, endless, openReceiver, silent } from '../../../test/receiver.js';
import type { Receiver } from '../../../test/receiver.js';
import type { Viewer } from '../../kernel/access/viewer.js';

let app: TestApp;
let bench: DeliveryBench;
let ada: Viewer;
let receiver: Receiver;
let resolved = '127.0.0.1';
beforeAll(async () => {
  app = await createTestApp({ OUTBOUND_ALLOW: '127.0.0.1' }, { resolve: async () => [resolved] });
  bench = new DeliveryBench(app);
});
beforeEach(async () => {
  ada = await app.signedIn();
  receiver = await openReceiver();
});
afterEach(async () => {
  await receiver.close();
  await bench.clear();
});
afterAll(() => app.close());

interface Try {
  readonly ok: boolean;
  readonly statusCode: number | null;
  readonly request: string | null;
  readonly response: string | null;
  readonly error: string | null;
}
interface Delivered {
  readonly id: string;
  readonly status: string;
  readonly attempts: number;
  readonly target: string;
  readonly reason: string | null;
  readonly nextAttemptAt: string | null;
  readonly tries: Try[];
}
interface Shown {
  readonly enabled: boolean;
  readonly disabledReason: string | null;
  readonly lastDelivery: Delivered;
}
const delivery =
  'id status attempts target reason nextAttemptAt tries { ok statusCode request response error }';

const listen = async (more: object = {}) => {
  const url = `${receiver.url}/hook-with-a-secret-path`;
  const { data, errors } = await app.graphql(
    `mutation ($input: WebhookInput!) { createWebhook(input: $input) { webhook { id } secret } }`,
    { input: { url, events: ['*'], ...more } },
    ada,
  );
  expect(errors).toBeUndefined();
  const made = (data as { createWebhook: { webhook: { id: string }; secret: string } })
    .createWebhook;
  return { id: made.webhook.id, secret: made.secret };
};
const shown = async (): Promise<Shown> => {
  const { data } = await app.graphql(
    `{ me { notificationSettings { webhooks { enabled disabledReason lastDelivery { ${delivery} } } } } }`,
    {},
    ada,
  );
  const settings = (data as { me: { notificationSettings: { webhooks: Shown[] } } }).me;
  return settings.notificationSettings.webhooks[0]!;
};
const tell = async (title: string): Promise<Shown> => {
  app.clock.advance(1_000);
  await bench.say(title, [ada]);
  await bench.work();
  return shown();
};
const inbox = async () => (await bench.shown(ada)).map(({ title }) => title);
/** To the moment of the next try. */
const goOn = async (): Promise<Shown> => {
  const { nextAttemptAt } = (await shown()).lastDelivery;
  app.clock.set(new Date(nextAttemptAt!));
  await bench.work();
  return shown();
};

describe('a receiver that answers', () => {
  test('200 has it, signed for the reference library, under the delivery’s id', async () => {
    const { secret } = await listen();
    receiver.answer = answering(200, 'thanks');
    const { lastDelivery } = await tell('Hello');
    expect(lastDelivery).toMatchObject({ status: 'SENT', attempts: 1 });
    expect(lastDelivery.target).toBe(`127.0.0.1:${receiver.port}/…`);
    expect(lastDelivery.tries).toMatchObject([{ ok: true, statusCode: 200, response: 'thanks' }]);
    const { headers, body } = receiver.received[0]!;
    expect(headers['webhook-id']).toBe(lastDelivery.id);
    expect(new Webhook(secret).verify(body, headers as Record<string, string>)).toMatchObject({
      type: 'admin.message',
      data: { title: 'Hello' },
    });
  });

  test('410 is switched off, hears nothing more, and its owner is told elsewhere', async () => {
    await listen();
    receiver.answer = answering(410);
    const { enabled, disabledReason, lastDelivery } = await tell('Hello');
    expect({ enabled, disabledReason }).toEqual({
      enabled: false,
      disabledReason: 'The receiver says that it is gone for good (410).',
    });
    expect(lastDelivery.status).toBe('FAILED');
    await tell('Hello again');
    expect(receiver.received).toHaveLength(1);
    expect((await inbox()).some((title) => /webhook/i.test(title))).toBe(true);
  });

  test('410 is told to an Italian in Italian, wherever it is read', async () => {
    await listen();
    receiver.answer = answering(410);
    await tell('Ciao');
    const settings = await app.graphql(
      `{ me { notificationSettings { webhooks { disabledReason lastDelivery { reason tries { error } } } }
         inbox { nodes { type body } } } }`,
      {},
      { ...ada, locale: 'IT' },
    );
    const said = 'Il destinatario dice di non esistere più (410).';
    expect(settings.data).toMatchObject({
      me: {
        notificationSettings: {
          webhooks: [
            { disabledReason: said, lastDelivery: { reason: said, tries: [{ error: said }] } },
          ],
        },
        inbox: {
          nodes: expect.arrayContaining([
            { type: 'delivery.failing', body: expect.stringContaining(said) as string },
          ]) as unknown,
        },
      },
    });
  });

  test('429 is left alone as long as it asks, and then gets the same id', async () => {
    await listen();
    receiver.answer = answering(429, '', { 'retry-after': '600' });
    const { lastDelivery } = await tell('Hello');
    expect(lastDelivery.status).toBe('RETRYING');
    const before = app.clock.now().getTime();
    const wait = new Date(lastDelivery.nextAttemptAt!).getTime() - before;
    expect(wait).toBeGreaterThanOrEqual(600_000);
    app.clock.advance(599_000);
    await bench.work();
    expect(receiver.received).toHaveLength(1);
    receiver.answer = answering(204);
    expect((await goOn()).lastDelivery).toMatchObject({ status: 'SENT', attempts: 2 });
    const ids = receiver.received.map(({ headers }) => headers['webhook-id']);
    expect(new Set(ids)).toEqual(new Set([lastDelivery.id]));
  });

  test('500 is asked again ten times in three days, each a little later, and no more', async () => {
    await listen({ events: ['admin.message'] });
    receiver.answer = answering(500, 'sorry');
    await tell('Hello');
    const hours = [2, 5, 10, 14, 20, 24].map((each) => each * 3_600);
    for (const pause of [5, 300, 1_800, ...hours]) {
      const { lastDelivery } = await shown();
      const wait = new Date(lastDelivery.nextAttemptAt!).getTime() - app.clock.now().getTime();
      expect(wait / 1_000).toBeGreaterThanOrEqual(pause);
      expect(wait / 1_000).toBeLessThanOrEqual(pause * 1.2 + 1);
      await goOn();
    }
    const { lastDelivery, enabled } = await shown();
    expect(lastDelivery).toMatchObject({ status: 'FAILED', attempts: 10, nextAttemptAt: null });
    expect(lastDelivery.tries).toHaveLength(10);
    expect(enabled).toBe(true);
    expect(receiver.received).toHaveLength(10);
  });

  test('500 for five days is switched off, and its owner is told', async () => {
    await listen({ events: ['admin.message'] });
    receiver.answer = answering(500);
    await tell('Hello');
    app.clock.advance(5 * 86_400_000 - 10_000);
    expect((await tell('Still there?')).enabled).toBe(true);
    app.clock.advance(20_000);
    const { enabled, disabledReason } = await tell('And now?');
    expect(enabled).toBe(false);
    expect(disabledReason).toContain('500');
    expect((await inbox()).some((title) => /webhook/i.test(title))).toBe(true);
  });

  test.each([301, 307])('%i leads nowhere, least of all to this machine', async (status) => {
    const inside = await openReceiver();
    await listen();
    receiver.answer = answering(status, '', { location: `${inside.url}/admin` });
    const { lastDelivery } = await tell('Hello');
    expect(lastDelivery).toMatchObject({ status: 'RETRYING' });
    expect(lastDelivery.reason).toContain('not followed');
    expect(inside.connections).toBe(0);
    await inside.close();
  });

  test('without end is cut, and has it', async () => {
    await listen();
    receiver.answer = endless();
    const { lastDelivery } = await tell('Hello');
    expect(lastDelivery.status).toBe('SENT');
    expect(Buffer.byteLength(lastDelivery.tries[0]!.response!)).toBeLessThanOrEqual(10_240);
  });

  test('nothing is waited for 15 seconds, and asked again', { timeout: 40_000 }, async () => {
    await listen();
    receiver.answer = silent;
    const began = Date.now();
    const { lastDelivery } = await tell('Hello');
    expect(Date.now() - began).toBeGreaterThan(14_900);
    expect(Date.now() - began).toBeLessThan(20_000);
    expect(lastDelivery).toMatchObject({
      status: 'RETRYING',
      reason: 'There was no answer in time.',
    });
  });
});

test('a name that leads inside only at the second look-up is never called', async () => {
  resolved = '127.0.0.1';
  await listen({ url: `http://rebinding.test:${receiver.port}/hook` });
  expect((await tell('Hello')).lastDelivery.status).toBe('SENT');
  resolved = '127.0.0.2';
  const { lastDelivery } = await tell('Hello again');
  expect(lastDelivery).toMatchObject({ status: 'FAILED', attempts: 1 });
  expect(lastDelivery.reason).toContain('private network');
  expect(receiver.connections).toBe(1);
  resolved = '127.0.0.1';
});

test('the test button answers with what the receiver really said', async () => {
  const { id } = await listen();
  receiver.answer = answering(404, 'no such hook');
  const { data } = await app.graphql(
    `mutation ($id: ID) { testChannel(channel: WEBHOOK, webhookId: $id) { ${delivery} } }`,
    { id },
    ada,
  );
  const { testChannel } = data as { testChannel: Delivered };
  expect(testChannel).toMatchObject({ status: 'FAILED', attempts: 1 });
  expect(testChannel.tries).toMatchObject([
    { ok: false, statusCode: 404, response: 'no such hook' },
  ]);
  expect(testChannel.tries[0]!.request).toContain('"type":"test"');
});

test('only what a webhook listens to is told to it', async () => {
  await listen({ events: ['alert.cpu'] });
  await bench.say('Hello', [ada]);
  await bench.say('Busy', [ada], { type: 'alert.cpu' });
  await bench.work();
  expect(receiver.received.map(({ json }) => json['type'])).toEqual(['alert.cpu']);
});
